// A new Azure OpenAI account with one deployment.
import { tags as tagSet } from 'types.bicep'

@minLength(2)
@maxLength(64)
@description('Name of the account.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagSet

@description('Model of the deployment, which gets the same name.')
param model string

@description('Version of the model; empty takes the default one of the region.')
param version string

@description('Thousands of tokens a minute.')
@minValue(1)
param capacity int

resource account 'Microsoft.CognitiveServices/accounts@2026-07-01' = {
  // checkov:skip=CKV_AZURE_134:a private endpoint would cost more than all the rest; keys are off, so Entra ID alone opens it
  // checkov:skip=CKV_AZURE_238:the account reads nothing of ours, so it needs no identity
  name: name
  location: location
  tags: tags
  kind: 'OpenAI'
  sku: { name: 'S0' }
  properties: {
    customSubDomainName: name
    disableLocalAuth: true
    publicNetworkAccess: 'Enabled'
  }
}

resource deployment 'Microsoft.CognitiveServices/accounts/deployments@2026-07-01' = {
  parent: account
  name: model
  sku: { name: 'GlobalStandard', capacity: capacity }
  properties: {
    model: { format: 'OpenAI', name: model, version: empty(version) ? null : version }
    versionUpgradeOption: 'OnceCurrentVersionExpired'
  }
}

output deployment string = deployment.name
output account string = account.name
