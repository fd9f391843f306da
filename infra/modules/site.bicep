// The storage account of the dashboard and published images; separate because its website is public.
import { tags as tagSet } from 'types.bicep'

@minLength(3)
@maxLength(24)
@description('Name of the account.')
param name string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags tagSet

@description('Name of the function app’s identity, which publishes images.')
param appIdentity string

@description('Principal that deploys and uploads the dashboard.')
param deployerId string

@description('Type of that principal.')
param deployerType 'User' | 'ServicePrincipal'

var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'

resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: appIdentity
}

resource account 'Microsoft.Storage/storageAccounts@2026-04-01' = {
  // checkov:skip=CKV_AZURE_35:the website is public
  // checkov:skip=CKV_AZURE_206:the dashboard can be uploaded again at any time
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    accessTier: 'Hot'
    // The website stays public; this blocks all other anonymous access.
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
    // The dashboard uses hash routing, so no other document is needed. A hook sets this where the platform ignores it.
    staticWebsite: { enabled: true, indexDocument: 'index.html' }
    deleteRetentionPolicy: { enabled: true, days: 7 }
    containerDeleteRetentionPolicy: { enabled: true, days: 7 }
  }
}

resource web 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-04-01' = {
  parent: blobs
  name: '$web'
  properties: { publicAccess: 'None' }
}

var blobData = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs'
// The app publishes images and feeds, but can't replace the dashboard's pages.
var changes = [
  for action in ['write', 'add/action', 'delete', 'move/action']: '!(ActionMatches{\'${blobData}/${action}\'})'
]
var onlyPublished = '((${join(changes, ' AND ')}) OR (@Resource[${blobData}:path] StringLike \'p/*\'))'

resource publishAssignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: web
  name: guid(account.id, '$web', app.id, blobDataContributor)
  properties: {
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
    condition: onlyPublished
    conditionVersion: '2.0'
  }
}

resource uploadAssignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: web
  name: guid(account.id, '$web', deployerId, blobDataContributor)
  properties: {
    principalId: deployerId
    principalType: deployerType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
  }
}

output blobEndpoint string = account.properties.primaryEndpoints.blob
output endpoint string = account.properties.primaryEndpoints.web

@description('The origin as browsers send it, without a trailing slash.')
output origin string = 'https://${split(account.properties.primaryEndpoints.web, '/')[2]}'
output name string = account.name
