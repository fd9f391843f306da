// The registry for container images of the inference service.
import { tags as tagSet } from 'types.bicep'

@minLength(5)
@maxLength(50)
@description('Name of the registry.')
param name string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags tagSet

@description('Name of the inference service’s identity, which pulls images.')
param inferenceIdentity string

var acrPull = '7f951dda-4ed3-4680-a7ca-43fe172d538d'

resource inference 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: inferenceIdentity
}

resource registry 'Microsoft.ContainerRegistry/registries@2025-11-01' = {
  // checkov:skip=CKV_AZURE_139:a private registry requires the Premium tier, at ten times the price of all other resources
  // checkov:skip=CKV_AZURE_163:scanning requires a Defender for Cloud plan of the subscription
  // checkov:skip=CKV_AZURE_166:quarantine requires the Premium tier
  name: name
  location: location
  tags: tags
  sku: { name: 'Basic' }
  properties: { adminUserEnabled: false, anonymousPullEnabled: false }
}

resource pullAssignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: registry
  name: guid(registry.id, inference.id, acrPull)
  properties: {
    principalId: inference.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', acrPull)
  }
}

output loginServer string = registry.properties.loginServer
