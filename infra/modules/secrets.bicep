// The key vault. A hook creates its secrets, which a template would replace each time, and lets identities read them.
import { tags as tagSet } from 'types.bicep'

@minLength(3)
@maxLength(24)
@description('Name of the key vault.')
param name string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags tagSet

@description('Whether the key vault is protected from purging for 90 days, also from `azd down --purge`.')
param purgeProtection bool

@description('Principal that deploys and creates the secrets.')
param deployerId string

@description('Type of that principal.')
param deployerType 'User' | 'ServicePrincipal'

var secretsOfficer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  // checkov:skip=CKV_AZURE_42:purge protection is a parameter because it prevents azd down from deleting the key vault
  // checkov:skip=CKV_AZURE_110:same as above
  // checkov:skip=CKV_AZURE_109:hooks write secrets from the deployer's network; access requires a role
  // checkov:skip=CKV_AZURE_189:same as above
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    // Azure accepts true or no value, but not false.
    enablePurgeProtection: purgeProtection ? true : null
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
    publicNetworkAccess: 'Enabled'
  }
}

resource deployerAssignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, deployerId, secretsOfficer)
  properties: {
    principalId: deployerId
    principalType: deployerType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsOfficer)
  }
}

output id string = vault.id
output uri string = vault.properties.vaultUri
output name string = vault.name
