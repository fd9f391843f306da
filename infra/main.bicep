// Everything that Auto-Image-Gen needs in Azure: closed by default, asleep when idle.  `azd up` deploys it.
targetScope = 'subscription'

import { painter as painterSizing } from 'modules/gpu.bicep'
import { lifecycle as lifecycleDays } from 'modules/lifecycle.bicep'
import { watching } from 'modules/monitoring.bicep'
import { compute, found as foundState, model as modelName, signIn as signInChoice } from 'modules/types.bicep'
import { writer as writerChoice } from 'modules/writer.bicep'

@minLength(1)
@maxLength(64)
@description('Name of the environment; part of every name.')
param environmentName string

@minLength(1)
@metadata({ azd: { type: 'location' } })
@description('Region of everything.')
param location string

@minLength(1)
@description('Principal of whoever deploys: makes the secrets, uploads the pages.')
param principalId string

@description('What kind of principal that is.')
param principalType 'User' | 'ServicePrincipal' = 'User'

@description('The painter: hardware and limits.')
param painter painterSizing

@description('The model that paints.')
param model modelName

@description('What a second of painting costs, times 3,600; a decimal number, for the books.')
param gpuUsdPerHour string = '0'

@description('Whether the painter and the catalog are closed to the internet.  Costs more than all the rest while idle.')
param privateNetwork bool = false

@description('What writes the prompts.')
param writer writerChoice

@description('Most request units a second of the catalog; 0 pays by the request.')
@minValue(0)
param cosmosAutoscaleMax int = 0

@description('When originals move to cheaper storage.')
param originals lifecycleDays

@description('The function app.')
param functions compute

@description('Sign-in by Microsoft Entra ID.')
param signIn signInChoice

@description('Who is told of what.')
param watch watching

@description('IANA zone of a new library.')
param timezone string = 'UTC'

@description('Origins beside the static website that may call the API and read pictures, such as https://pictures.example.org.')
param moreOrigins string[] = []

@description('Whether the vault outlives `azd down --purge`.')
param purgeProtection bool = false

@description('What earlier provisions left; the hooks say so.')
param found foundState

var abbreviations = loadJsonContent('abbreviations.json')
var database = 'auto-image-gen'
var tags = { 'azd-env-name': environmentName }
var token = toLower(uniqueString(subscription().id, environmentName, location))
var names = {
  appIdentity: '${abbreviations.managedIdentityUserAssignedIdentities}app-${token}'
  painterIdentity: '${abbreviations.managedIdentityUserAssignedIdentities}painter-${token}'
  insights: '${abbreviations.insightsComponents}${token}'
  painter: '${abbreviations.appContainerApps}painter-${token}'
  storage: '${abbreviations.storageStorageAccounts}${token}'
  workspace: '${abbreviations.operationalInsightsWorkspaces}${token}'
}

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: '${abbreviations.resourcesResourceGroups}${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { appName: names.appIdentity, painterName: names.painterIdentity, location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: names.workspace
    insightsName: names.insights
    actionGroupName: '${abbreviations.insightsActionGroups}${token}'
    location: location
    tags: tags
    watch: watch
    appIdentity: names.appIdentity
  }
  dependsOn: [identity]
}

module site 'modules/site.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.storageStorageAccounts}site${token}'
    location: location
    tags: tags
    appIdentity: names.appIdentity
    deployerId: principalId
    deployerType: principalType
  }
  dependsOn: [identity]
}

var origins = concat([site.outputs.origin], moreOrigins)

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: names.storage
    location: location
    tags: tags
    origins: origins
    appIdentity: names.appIdentity
    painterIdentity: names.painterIdentity
  }
  dependsOn: [identity]
}

module lifecycle 'modules/lifecycle.bicep' = {
  scope: group
  params: { account: names.storage, originals: originals }
  dependsOn: [storage]
}

module network 'modules/network.bicep' = if (privateNetwork) {
  scope: group
  params: { name: '${abbreviations.networkVirtualNetworks}${token}', location: location, tags: tags }
}

module catalog 'modules/catalog.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.documentDBDatabaseAccounts}${token}'
    location: location
    tags: tags
    database: database
    autoscaleMax: cosmosAutoscaleMax
    appIdentity: names.appIdentity
    private: privateNetwork
  }
  dependsOn: [identity]
}

module catalogInNetwork 'modules/network-catalog.bicep' = if (privateNetwork) {
  scope: group
  params: {
    name: '${abbreviations.networkPrivateEndpoints}${token}'
    location: location
    tags: tags
    account: catalog.outputs.id
    network: network!.outputs.id
    subnet: network!.outputs.endpointsSubnet
  }
}

module secrets 'modules/secrets.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.keyVaultVaults}${token}'
    location: location
    tags: tags
    purgeProtection: purgeProtection
    readers: [names.appIdentity, names.painterIdentity]
    deployerId: principalId
    deployerType: principalType
  }
  dependsOn: [identity]
}

module painting 'modules/painter.bicep' = {
  scope: group
  params: {
    names: {
      app: names.painter
      environment: '${abbreviations.appManagedEnvironments}${token}'
      identity: names.painterIdentity
      registry: '${abbreviations.containerRegistryRegistries}${token}'
      storage: names.storage
      workspace: names.workspace
    }
    location: location
    tags: tags
    sizing: painter
    vaultUri: secrets.outputs.uri
    private: privateNetwork
    networkId: privateNetwork ? network!.outputs.id : ''
    subnet: privateNetwork ? network!.outputs.containersSubnet : ''
    found: found
  }
  dependsOn: [monitoring, storage]
}

module prompts 'modules/writer.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.cognitiveServicesAccounts}${token}'
    location: location
    tags: tags
    choice: writer
    appIdentity: names.appIdentity
  }
  dependsOn: [identity]
}

module api 'modules/functions.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.webSitesFunctions}${token}'
    planName: '${abbreviations.webServerFarms}${token}'
    location: location
    tags: tags
    sizing: functions
    parts: {
      blobEndpoint: storage.outputs.blobEndpoint
      queueEndpoint: storage.outputs.queueEndpoint
      tableEndpoint: storage.outputs.tableEndpoint
      cosmosEndpoint: catalog.outputs.endpoint
      cosmosDatabase: database
      inferenceUrl: painting.outputs.url
      gpuUsdPerHour: gpuUsdPerHour
      siteBlobUrl: site.outputs.blobEndpoint
      siteUrl: site.outputs.endpoint
      timezone: timezone
      vaultUri: secrets.outputs.uri
      writer: { kind: writer.kind, endpoint: prompts.outputs.endpoint, model: prompts.outputs.model }
    }
    model: model
    entra: signIn
    origins: origins
    packageContainer: storage.outputs.packageContainer
    identityName: names.appIdentity
    insightsName: names.insights
    private: privateNetwork
    subnet: privateNetwork ? network!.outputs.functionsSubnet : ''
  }
  dependsOn: [monitoring]
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    workspace: monitoring.outputs.workspaceId
    actionGroup: monitoring.outputs.actionGroupId
    painter: painting.outputs.id
    gpuHoursPerDay: watch.gpuHoursPerDay
    hasOpenAI: contains(['azure', 'existing'], writer.kind)
    openAI: prompts.outputs.account
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: { location: location, tags: tags, workspace: monitoring.outputs.workspaceId }
}

module budget 'modules/budget.bicep' = if (watch.monthlyBudget > 0) {
  scope: group
  params: {
    name: '${abbreviations.consumptionBudgets}${token}'
    amount: watch.monthlyBudget
    startDate: watch.budgetStart
    actionGroup: monitoring.outputs.actionGroupId
  }
}

output AZURE_CONTAINER_REGISTRY_ENDPOINT string = painting.outputs.registryServer
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_TENANT_ID string = tenant().tenantId
output API_APP string = api.outputs.name
output API_URL string = api.outputs.url
output PAINTER_APP string = names.painter
output PAINTER_IDENTITY string = identity.outputs.painterId
output PAINTER_URL string = painting.outputs.url
output SITE_ACCOUNT string = site.outputs.name
output SITE_URL string = site.outputs.endpoint
output STORAGE_BLOB_URL string = storage.outputs.blobEndpoint
output VAULT_NAME string = secrets.outputs.name
