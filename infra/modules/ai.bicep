// A new Azure OpenAI account with one model deployment.
import { tags as tagSet } from 'types.bicep'

@minLength(2)
@maxLength(64)
@description('Name of the account.')
param name string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags tagSet

@description('Model to deploy; the deployment has the same name.')
param model string

@description('Model version; empty for the region’s default.')
param version string

@description('Capacity in thousands of tokens per minute.')
@minValue(1)
param capacity int

resource account 'Microsoft.CognitiveServices/accounts@2026-07-01' = {
  // checkov:skip=CKV_AZURE_134:a private endpoint costs more than all other resources; keys are disabled, so access requires Entra ID
  // checkov:skip=CKV_AZURE_238:the account accesses no other resource, so it needs no identity
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
