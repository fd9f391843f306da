// The catalog: one account, its database, and the containers that the adapter and its tests share.
import { tags as tagSet } from 'types.bicep'

@minLength(3)
@maxLength(44)
@description('Name of the account.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagSet

@description('Name of the database.')
param database string

@description('Most request units a second, shared by all containers; 0 pays by the request instead.')
@minValue(0)
param autoscaleMax int

@description('Name of the function app’s identity.')
param appIdentity string

@description('Whether the account is reached through a private endpoint alone.')
param private bool

var containers = loadJsonContent('../../functions/adapters/cosmos/containers.json')
var serverless = autoscaleMax == 0
var dataContributor = '00000000-0000-0000-0000-000000000002'

resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: appIdentity
}

resource account 'Microsoft.DocumentDB/databaseAccounts@2026-03-15' = {
  // checkov:skip=CKV_AZURE_99:privateNetwork=true closes the account; without it Entra ID alone opens it, since keys are off
  // checkov:skip=CKV_AZURE_101:likewise, and a private endpoint would cost more than all the rest
  name: name
  location: location
  tags: tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    locations: [{ locationName: location, failoverPriority: 0 }]
    // A job that one instance made must be there for the instance that gets its message.
    consistencyPolicy: { defaultConsistencyLevel: 'Strong' }
    capabilities: serverless ? [{ name: 'EnableServerless' }] : []
    disableKeyBasedMetadataWriteAccess: true
    disableLocalAuth: true
    minimalTlsVersion: 'Tls12'
    publicNetworkAccess: private ? 'Disabled' : 'Enabled'
    backupPolicy: { type: 'Continuous', continuousModeProperties: { tier: 'Continuous7Days' } }
  }
}

resource databases 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2026-03-15' = {
  parent: account
  name: database
  properties: {
    resource: { id: database }
    options: serverless ? null : { autoscaleSettings: { maxThroughput: autoscaleMax } }
  }
}

// One at a time: parallel changes of one database are refused.
@batchSize(1)
resource sqlContainers 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2026-03-15' = [
  for container in containers: {
    parent: databases
    name: container.id
    properties: { resource: container }
  }
]

resource dataAccess 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2026-03-15' = {
  parent: account
  name: guid(account.id, database, app.id, dataContributor)
  properties: {
    principalId: app.properties.principalId
    roleDefinitionId: '${account.id}/sqlRoleDefinitions/${dataContributor}'
    scope: '${account.id}/dbs/${databases.name}'
  }
}

output endpoint string = account.properties.documentEndpoint
output id string = account.id
