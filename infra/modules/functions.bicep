// The function app with API, timers, and queues on Flex Consumption, which scales to zero.
import { compute, model as modelName, signIn, tags as tagSet, appConnections } from 'types.bicep'

@description('Name of the app.')
param name string

@description('Name of its plan.')
param planName string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags tagSet

@description('Size of the app.')
param sizing compute

@description('Endpoints and settings of the other resources.')
param connections appConnections

@description('The image model.')
param model modelName

@description('Sign-in with Microsoft Entra ID.')
param entra signIn

@description('Origins of the pages that can call the API, without a trailing slash.')
param origins string[]

@description('URL of the blob container for deployment packages.')
param packageContainer string

@description('Name of the app’s identity.')
param identityName string

@description('Name of its Application Insights.')
param insightsName string

@description('Id of the subnet for outbound traffic; empty for none.')
param subnet string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

var clientId = identity.properties.clientId
var vault = connections.vaultUri
var settings = concat(
  [
    { name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', value: 'ClientId=${clientId};Authorization=AAD' }
    { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insights.properties.ConnectionString }
    { name: 'API_KEYS', value: '@Microsoft.KeyVault(SecretUri=${vault}secrets/api-keys)' }
    { name: 'AZURE_CLIENT_ID', value: clientId }
    // With an account name instead of service URIs, the host starts without a race in its own storage client.
    { name: 'AzureWebJobsStorage__accountName', value: connections.storageAccount }
    { name: 'AzureWebJobsStorage__clientId', value: clientId }
    { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
    { name: 'COSMOS_DATABASE', value: connections.cosmosDatabase }
    { name: 'COSMOS_ENDPOINT', value: connections.cosmosEndpoint }
    { name: 'GPU_COOLDOWN_SECONDS', value: connections.gpuCooldownSeconds }
    { name: 'GPU_USD_PER_HOUR', value: connections.gpuUsdPerHour }
    { name: 'INFERENCE_KEY', value: '@Microsoft.KeyVault(SecretUri=${vault}secrets/inference-key)' }
    { name: 'INFERENCE_URL', value: connections.inferenceUrl }
    { name: 'LIBRARY_TIMEZONE', value: connections.timezone }
    { name: 'LOG_WORKSPACE_ID', value: insights.properties.WorkspaceResourceId }
    { name: 'MODEL_ID', value: model.id }
    { name: 'SITE_BLOB_URL', value: connections.siteBlobUrl }
    { name: 'SITE_URL', value: connections.siteUrl }
    { name: 'STORAGE_BLOB_URL', value: connections.blobEndpoint }
    { name: 'STORAGE_QUEUE_URL', value: connections.queueEndpoint }
  ],
  contains(['azure', 'existing'], connections.promptWriter.kind)
    ? [{ name: 'AZURE_OPENAI_ENDPOINT', value: connections.promptWriter.endpoint }]
    : [],
  connections.promptWriter.kind == 'openai'
    ? [
        {
          name: 'OPENAI_API_KEY'
          value: '@Microsoft.KeyVault(SecretUri=${vault}secrets/openai-api-key)'
        }
      ]
    : [],
  connections.promptWriter.kind == 'word-lists' ? [] : [{ name: 'OPENAI_MODEL', value: connections.promptWriter.model }],
  empty(entra.clientId)
    ? []
    : [
        { name: 'JWT_AUDIENCE', value: entra.clientId }
        { name: 'JWT_CLIENT_ID', value: entra.clientId }
        { name: 'JWT_ISSUER', value: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0' }
      ]
)

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  // checkov:skip=CKV_AZURE_225:zone redundancy requires more than one instance
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  // checkov:skip=CKV_AZURE_17:browsers that call it have no client certificates; the app checks keys and tokens
  // checkov:skip=CKV_AZURE_212:the app scales to zero, so no minimum of instances is set
  // checkov:skip=CKV_AZURE_213:a health check every minute prevents scaling to zero; the heartbeat alert covers it
  // checkov:skip=CKV_AZURE_222:the API is called from the internet
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identity.id
    virtualNetworkSubnetId: empty(subnet) ? null : subnet
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
