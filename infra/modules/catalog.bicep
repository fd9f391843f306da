// The catalog: a Cosmos DB account, its database, and the containers that the adapter and its tests use.
import { tags as tagSet } from 'types.bicep'

@minLength(3)
@maxLength(44)
@description('Name of the account.')
param name string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags tagSet

@description('Name of the database.')
param database string

@description('Maximum request units per second, shared by all containers; 0 for serverless billing.')
@minValue(0)
param autoscaleMax int

@description('Name of the function app’s identity.')
param appIdentity string

@description('Whether the account is reached only through a private endpoint.')
param private bool

var containers = loadJsonContent('../../functions/adapters/cosmos/containers.json')
var serverless = autoscaleMax == 0
var dataContributor = '00000000-0000-0000-0000-000000000002'

resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: appIdentity
}

resource account 'Microsoft.DocumentDB/databaseAccounts@2026-03-15' = {
  // checkov:skip=CKV_AZURE_99:privateNetwork=true makes the account private; otherwise access requires Entra ID because keys are disabled
  // checkov:skip=CKV_AZURE_101:same as above, and a private endpoint costs more than all other resources
  name: name
  location: location
  tags: tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    locations: [{ locationName: location, failoverPriority: 0 }]
    // The instance that receives a job's message must see the job that another instance has just created.
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

// Cosmos DB rejects parallel changes of one database.
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
