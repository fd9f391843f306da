// The dashboard and published pictures: an account of their own, since everyone may read its website.
import { tags as tagSet } from 'types.bicep'

@minLength(3)
@maxLength(24)
@description('Name of the account.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagSet

@description('Name of the function app’s identity, which publishes pictures.')
param appIdentity string

@description('Principal of whoever deploys, who uploads the pages.')
param deployerId string

@description('What kind of principal that is.')
param deployerType 'User' | 'ServicePrincipal'

var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'

resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: appIdentity
}

resource account 'Microsoft.Storage/storageAccounts@2026-04-01' = {
  // checkov:skip=CKV_AZURE_35:a website is for everyone
  // checkov:skip=CKV_AZURE_206:the pages can be uploaded again at any time
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    accessTier: 'Hot'
    // The website is served all the same; this closes every other way in.
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
    // No page of ours has a deep path: routes are fragments.  The hook sets the same where this is not yet honoured.
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

resource publishing 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: web
  name: guid(account.id, '$web', app.id, blobDataContributor)
  properties: {
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
  }
}

resource uploading 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
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

@description('The same without the slash at its end, as browsers send it.')
output origin string = 'https://${split(account.properties.primaryEndpoints.web, '/')[2]}'
output name string = account.name
