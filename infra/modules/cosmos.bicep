// The catalog: one serverless account, its database, and the containers that the adapter and its tests share.
param name string
param location string
param tags object
param database string = 'auto-image-gen'

var containers = loadJsonContent('../../functions/adapters/cosmos_containers.json')

resource account 'Microsoft.DocumentDB/databaseAccounts@2025-04-15' = {
  name: name
  location: location
  tags: tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    locations: [{ locationName: location, failoverPriority: 0 }]
    // A job that one instance made must be there for the instance that gets its message.
    consistencyPolicy: { defaultConsistencyLevel: 'Strong' }
    capabilities: [{ name: 'EnableServerless' }]
    disableLocalAuth: true
    minimalTlsVersion: 'Tls12'
    backupPolicy: { type: 'Continuous', continuousModeProperties: { tier: 'Continuous7Days' } }
  }
}

resource databases 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2025-04-15' = {
  parent: account
  name: database
  properties: { resource: { id: database } }
}

resource sqlContainers 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2025-04-15' = [
  for container in containers: {
    parent: databases
    name: container.id
    properties: { resource: container }
  }
]

output endpoint string = account.properties.documentEndpoint
output database string = databases.name
