// Grants the function app access to the models of an Azure OpenAI account.

@description('Name of the account.')
param account string

@description('Name of the function app’s identity.')
param appIdentity string

@description('Resource group of the function app’s identity.')
param identityGroup string

var openAIUser = '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd'

resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  scope: resourceGroup(identityGroup)
  name: appIdentity
}

resource openAI 'Microsoft.CognitiveServices/accounts@2026-07-01' existing = {
  name: account
}

resource userAssignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: openAI
  name: guid(openAI.id, app.id, openAIUser)
  properties: {
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', openAIUser)
  }
}

output endpoint string = openAI.properties.endpoint
output id string = openAI.id
