// What keeps the pictures and their stories.  The apps that use it are deployed on top.
targetScope = 'subscription'

@minLength(1)
@maxLength(64)
@description('Name of the environment; part of every name.')
param environmentName string

@metadata({ azd: { type: 'location' } })
@description('Region of everything.')
param location string

var tags = { 'azd-env-name': environmentName }
var token = toLower(uniqueString(subscription().id, environmentName, location))

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: { name: 'st${token}', location: location, tags: tags }
}

module cosmos 'modules/cosmos.bicep' = {
  scope: group
  params: { name: 'cosmos-${token}', location: location, tags: tags }
}

output AZURE_RESOURCE_GROUP string = group.name
output AzureWebJobsStorage__blobServiceUri string = storage.outputs.blobEndpoint
output AzureWebJobsStorage__queueServiceUri string = storage.outputs.queueEndpoint
output COSMOS_ENDPOINT string = cosmos.outputs.endpoint
output COSMOS_DATABASE string = cosmos.outputs.database
