// The vault.  Its secrets are made once, by the hook after the first provision: a template would make them anew each time.
import { tags as tagSet } from 'types.bicep'

@minLength(3)
@maxLength(24)
@description('Name of the vault.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagSet

@description('Whether even the owner cannot purge it for 90 days; `azd down --purge` then leaves it behind.')
param purgeProtection bool

@description('Names of the identities that read secrets.')
param readers string[]

@description('Principal of whoever deploys, who makes the secrets.')
param deployerId string

@description('What kind of principal that is.')
param deployerType 'User' | 'ServicePrincipal'

var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'
var secretsOfficer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  // checkov:skip=CKV_AZURE_42:purge protection is a parameter: on, it would keep azd down from leaving nothing behind
  // checkov:skip=CKV_AZURE_110:likewise
  // checkov:skip=CKV_AZURE_109:the hook writes secrets from wherever the deployer is; roles alone let anybody in
  // checkov:skip=CKV_AZURE_189:likewise
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    // Azure knows true and unset, never false.
    enablePurgeProtection: purgeProtection ? true : null
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
    publicNetworkAccess: 'Enabled'
  }
}

resource identities 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = [
  for reader in readers: { name: reader }
]

resource reading 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (reader, i) in readers: {
    scope: vault
    name: guid(vault.id, identities[i].id, secretsUser)
    properties: {
      principalId: identities[i].properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
    }
  }
]

resource writing 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, deployerId, secretsOfficer)
  properties: {
    principalId: deployerId
    principalType: deployerType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsOfficer)
  }
}

output uri string = vault.properties.vaultUri
output name string = vault.name
