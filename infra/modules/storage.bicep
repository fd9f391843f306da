// Images, sidecars, queues, and the function host's blobs: private and without shared keys.
import { tags as tagSet } from 'types.bicep'

@minLength(3)
@maxLength(24)
@description('Name of the account.')
param name string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags tagSet

@description('Origins of the pages that read images with signed URLs.')
param origins string[]

@description('Name of the function app’s identity.')
param appIdentity string

@description('Name of the inference service’s identity.')
param inferenceIdentity string

var containers = ['originals', 'thumbnails', 'sidecars', 'exports', 'deployments']
var queues = ['generation-jobs', 'generation-jobs-poison', 'library-jobs', 'library-jobs-poison']
// For the function host's leases, queue messages, and signed URLs.
var appRoles = {
  blobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  queueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  tableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
}
var queueDataReader = '19e7f393-937e-4f77-808e-94535e297925'

resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: appIdentity
}

resource inference 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: inferenceIdentity
}

resource account 'Microsoft.Storage/storageAccounts@2026-04-01' = {
  // checkov:skip=CKV_AZURE_35:browsers read images with signed URLs from the internet
  // checkov:skip=CKV_AZURE_206:locally redundant storage; docs/operations.md describes other options
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    networkAcls: { defaultAction: 'Allow', bypass: 'AzureServices' }
    supportsHttpsTrafficOnly: true
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2026-04-01' = {
  parent: account
  name: 'default'
  properties: {
    cors: {
      corsRules: [
        {
          allowedOrigins: origins
          allowedMethods: ['GET', 'HEAD']
          allowedHeaders: ['range', 'x-ms-*']
          exposedHeaders: ['content-length', 'content-range', 'etag']
          maxAgeInSeconds: 3600
        }
      ]
    }
    deleteRetentionPolicy: { enabled: true, days: 7 }
    containerDeleteRetentionPolicy: { enabled: true, days: 7 }
  }
}

resource blobContainers 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-04-01' = [
  for container in containers: { parent: blobs, name: container, properties: { publicAccess: 'None' } }
]

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2026-04-01' = {
  parent: account
  name: 'default'
}

resource jobQueues 'Microsoft.Storage/storageAccounts/queueServices/queues@2026-04-01' = [
  for queue in queues: { parent: queueService, name: queue }
]

resource appAssignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in items(appRoles): {
    scope: account
    name: guid(account.id, app.id, role.value)
    properties: {
      principalId: app.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.value)
    }
  }
]

// Only the scaler reads this queue; the inference service itself doesn't.
resource inferenceAssignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: jobQueues[0]
  name: guid(account.id, 'generation-jobs', inference.id, queueDataReader)
  properties: {
    principalId: inference.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', queueDataReader)
  }
}

output blobEndpoint string = account.properties.primaryEndpoints.blob
output queueEndpoint string = account.properties.primaryEndpoints.queue
output packageContainer string = '${account.properties.primaryEndpoints.blob}${containers[4]}'
