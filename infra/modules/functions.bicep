// The function app: the API, the timers and the queues, on Flex Consumption, which sleeps when nothing is asked.
import { compute, model as modelName, signIn, tags as tagSet, wiring } from 'types.bicep'

@description('Name of the app.')
param name string

@description('Name of its plan.')
param planName string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagSet

@description('Size of the app.')
param sizing compute

@description('Where everything is.')
param parts wiring

@description('The model that paints.')
param model modelName

@description('Sign-in by Microsoft Entra ID.')
param entra signIn

@description('Origins of the pages that may call the API, without a slash at their end.')
param origins string[]

@description('Container of the deployed packages, as an address.')
param packageContainer string

@description('Name of the app’s identity.')
param identityName string

@description('Name of its Application Insights.')
param insightsName string

@description('Whether the app goes out through a subnet.')
param private bool

@description('Id of that subnet; empty for none.')
param subnet string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

var settings = concat(
  [
    {
      name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING'
      value: 'ClientId=${identity.properties.clientId};Authorization=AAD'
    }
    { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insights.properties.ConnectionString }
    { name: 'API_KEYS', value: '@Microsoft.KeyVault(SecretUri=${parts.vaultUri}secrets/api-keys)' }
    { name: 'AZURE_CLIENT_ID', value: identity.properties.clientId }
    { name: 'AzureWebJobsStorage__blobServiceUri', value: parts.blobEndpoint }
    { name: 'AzureWebJobsStorage__clientId', value: identity.properties.clientId }
    { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
    { name: 'AzureWebJobsStorage__queueServiceUri', value: parts.queueEndpoint }
    { name: 'AzureWebJobsStorage__tableServiceUri', value: parts.tableEndpoint }
    { name: 'COSMOS_DATABASE', value: parts.cosmosDatabase }
    { name: 'COSMOS_ENDPOINT', value: parts.cosmosEndpoint }
    { name: 'GPU_USD_PER_HOUR', value: parts.gpuUsdPerHour }
    { name: 'INFERENCE_KEY', value: '@Microsoft.KeyVault(SecretUri=${parts.vaultUri}secrets/inference-key)' }
    { name: 'INFERENCE_URL', value: parts.inferenceUrl }
    { name: 'LIBRARY_TIMEZONE', value: parts.timezone }
    { name: 'MODEL_ID', value: model.id }
    { name: 'SITE_BLOB_URL', value: parts.siteBlobUrl }
    { name: 'SITE_URL', value: parts.siteUrl }
  ],
  contains(['azure', 'existing'], parts.writer.kind)
    ? [{ name: 'AZURE_OPENAI_ENDPOINT', value: parts.writer.endpoint }]
    : [],
  parts.writer.kind == 'openai'
    ? [{ name: 'OPENAI_API_KEY', value: '@Microsoft.KeyVault(SecretUri=${parts.vaultUri}secrets/openai-api-key)' }]
    : [],
  parts.writer.kind == 'words' ? [] : [{ name: 'OPENAI_MODEL', value: parts.writer.model }],
  empty(entra.clientId)
    ? []
    : [
        { name: 'JWT_AUDIENCE', value: entra.clientId }
        { name: 'JWT_CLIENT_ID', value: entra.clientId }
        { name: 'JWT_ISSUER', value: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0' }
      ]
)

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  // checkov:skip=CKV_AZURE_225:zones are a matter of more than one instance
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  // checkov:skip=CKV_AZURE_17:people call it from browsers, which have no certificates; the app checks keys and tokens
  // checkov:skip=CKV_AZURE_212:instances come and go with the work, none is kept
  // checkov:skip=CKV_AZURE_213:a ping a minute would keep the app awake; the alert on the missing heartbeat says more
  // checkov:skip=CKV_AZURE_222:people call it from wherever they are
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identity.id
    virtualNetworkSubnetId: private ? subnet : null
    siteConfig: {
      ftpsState: 'Disabled'
      http20Enabled: true
      minTlsVersion: '1.2'
      cors: { allowedOrigins: origins, supportCredentials: false }
      appSettings: settings
    }
    functionAppConfig: {
      runtime: { name: 'python', version: sizing.python }
      scaleAndConcurrency: {
        instanceMemoryMB: sizing.memoryMB
        maximumInstanceCount: sizing.maxInstances
        alwaysReady: sizing.alwaysReady == 0 ? [] : [{ name: 'http', instanceCount: sizing.alwaysReady }]
        triggers: { http: { perInstanceConcurrency: 16 } }
      }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainer
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.id }
        }
      }
    }
  }
}

output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
