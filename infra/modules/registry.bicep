// The painter's images.
import { tags as tagSet } from 'types.bicep'

@minLength(5)
@maxLength(50)
@description('Name of the registry.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagSet

@description('Name of the painter’s identity, which pulls.')
param painterIdentity string

var acrPull = '7f951dda-4ed3-4680-a7ca-43fe172d538d'

resource painter 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: painterIdentity
}

resource registry 'Microsoft.ContainerRegistry/registries@2025-11-01' = {
  // checkov:skip=CKV_AZURE_139:closing the registry takes the Premium tier, ten times the price of the rest
  // checkov:skip=CKV_AZURE_163:scanning is a plan of Defender for Cloud, of the subscription
  // checkov:skip=CKV_AZURE_166:quarantine, likewise Premium
  name: name
  location: location
  tags: tags
  sku: { name: 'Basic' }
  properties: { adminUserEnabled: false, anonymousPullEnabled: false }
}

resource pulling 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: registry
  name: guid(registry.id, painter.id, acrPull)
  properties: {
    principalId: painter.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', acrPull)
  }
}

output loginServer string = registry.properties.loginServer
