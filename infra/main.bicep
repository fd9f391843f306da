// All Azure resources of Auto-Image-Gen. Without jobs, everything scales to zero. `azd up` deploys this template.
targetScope = 'subscription'

import { inference as inferenceSizing } from 'modules/gpu.bicep'
import { lifecycle as lifecycleDays } from 'modules/lifecycle.bicep'
import { alertSettings } from 'modules/monitoring.bicep'
import { promptWriter as promptWriterSettings } from 'modules/prompt-writer.bicep'
import { compute, model as modelName, provisioned as provisionedState, signIn as signInSettings } from 'modules/types.bicep'

@minLength(1)
@maxLength(64)
@description('Name of the environment; part of every resource name.')
param environmentName string

@minLength(1)
@metadata({ azd: { type: 'location' } })
@description('Region of all resources.')
param location string

@minLength(1)
@description('Principal that deploys: creates the secrets and uploads the dashboard.')
param principalId string

@description('Type of that principal.')
param principalType 'User' | 'ServicePrincipal' = 'User'

@description('The inference service: hardware and limits.')
param inference inferenceSizing

@description('The image model.')
param model modelName

@description('Cost of one GPU hour in dollars, as a decimal number, for cost estimates.')
param gpuUsdPerHour string = '0'

@description('Whether the inference service and the catalog are private. Costs more than all other idle resources together.')
param privateNetwork bool = false

@description('The prompt writer.')
param promptWriter promptWriterSettings

@description('Region of the catalog; empty for the region of the other resources.')
param cosmosLocation string = ''

@description('Region of a new Azure OpenAI account; empty for the region of the other resources.')
param openAiLocation string = ''

@description('Maximum request units per second of the catalog; 0 for serverless billing.')
@minValue(0)
param cosmosAutoscaleMax int = 0

@description('When original images move to cheaper storage tiers.')
param originals lifecycleDays

@description('Size of the function app.')
param functions compute

@description('Sign-in with Microsoft Entra ID.')
param signIn signInSettings

@description('Thresholds and recipients of alerts, the log limit, and the budget.')
param alerting alertSettings

@description('IANA time zone of a new library.')
param timezone string = 'UTC'

@description('Origins besides the static website that can call the API and read images, such as https://images.example.com.')
param extraOrigins string[] = []

@description('Whether the key vault is protected from `azd down --purge`.')
param purgeProtection bool = false

@description('What earlier provisioning created, as found by the hooks.')
param provisioned provisionedState

var abbreviations = loadJsonContent('abbreviations.json')
var database = 'auto-image-gen'
var tags = { 'azd-env-name': environmentName }
var token = toLower(uniqueString(subscription().id, environmentName, location))
var names = {
  appIdentity: '${abbreviations.managedIdentityUserAssignedIdentities}app-${token}'
  inferenceIdentity: '${abbreviations.managedIdentityUserAssignedIdentities}inference-${token}'
  insights: '${abbreviations.insightsComponents}${token}'
  inferenceApp: '${abbreviations.appContainerApps}inference-${token}'
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
  params: { appName: names.appIdentity, inferenceName: names.inferenceIdentity, location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: names.workspace
    insightsName: names.insights
    actionGroupName: '${abbreviations.insightsActionGroups}${token}'
    location: location
    tags: tags
    alerting: alerting
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

module network 'modules/network.bicep' = if (privateNetwork) {
  scope: group
  params: { name: '${abbreviations.networkVirtualNetworks}${token}', location: location, tags: tags }
}

var origins = concat([site.outputs.origin], extraOrigins)

module data 'modules/data.bicep' = {
  scope: group
  params: {
    names: {
      storage: names.storage
      catalog: '${abbreviations.documentDBDatabaseAccounts}${token}'
      catalogEndpoint: '${abbreviations.networkPrivateEndpoints}${token}'
      appIdentity: names.appIdentity
      inferenceIdentity: names.inferenceIdentity
    }
    location: location
    tags: tags
    origins: origins
    originals: originals
    database: database
    catalogLocation: empty(cosmosLocation) ? location : cosmosLocation
    cosmosAutoscaleMax: cosmosAutoscaleMax
    private: privateNetwork
    networkId: privateNetwork ? network!.outputs.id : ''
    subnet: privateNetwork ? network!.outputs.endpointsSubnet : ''
  }
  dependsOn: [identity]
}

module secrets 'modules/secrets.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.keyVaultVaults}${token}'
    location: location
    tags: tags
    purgeProtection: purgeProtection
    deployerId: principalId
    deployerType: principalType
  }
  dependsOn: [identity]
}

module inferenceService 'modules/inference.bicep' = {
  scope: group
  params: {
    names: {
      app: names.inferenceApp
      environment: '${abbreviations.appManagedEnvironments}${token}'
      identity: names.inferenceIdentity
      registry: '${abbreviations.containerRegistryRegistries}${token}'
      storage: names.storage
      workspace: names.workspace
    }
    location: location
    tags: tags
    sizing: inference
    vaultUri: secrets.outputs.uri
    private: privateNetwork
    networkId: privateNetwork ? network!.outputs.id : ''
    subnet: privateNetwork ? network!.outputs.containersSubnet : ''
    provisioned: provisioned
  }
  dependsOn: [monitoring, data]
}

module prompts 'modules/prompt-writer.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.cognitiveServicesAccounts}${token}'
    location: empty(openAiLocation) ? location : openAiLocation
    tags: tags
    settings: promptWriter
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
    connections: {
      blobEndpoint: data.outputs.blobEndpoint
      queueEndpoint: data.outputs.queueEndpoint
      storageAccount: names.storage
      cosmosEndpoint: data.outputs.cosmosEndpoint
      cosmosDatabase: database
      inferenceUrl: inferenceService.outputs.url
      gpuUsdPerHour: gpuUsdPerHour
      gpuCooldownSeconds: string(inference.cooldownSeconds)
      siteBlobUrl: site.outputs.blobEndpoint
      siteUrl: site.outputs.endpoint
      timezone: timezone
      vaultUri: secrets.outputs.uri
      promptWriter: { kind: promptWriter.kind, endpoint: prompts.outputs.endpoint, model: prompts.outputs.model }
    }
    model: model
    entra: signIn
    origins: origins
    packageContainer: data.outputs.packageContainer
    identityName: names.appIdentity
    insightsName: names.insights
    subnet: privateNetwork ? network!.outputs.functionsSubnet : ''
  }
  dependsOn: [monitoring]
}

module operations 'modules/operations.bicep' = {
  scope: group
  params: {
    budgetName: '${abbreviations.consumptionBudgets}${token}'
    location: location
    tags: tags
    alerting: alerting
    workspace: monitoring.outputs.workspaceId
    actionGroup: monitoring.outputs.actionGroupId
    inferenceApp: inferenceService.outputs.id
    hasOpenAI: contains(['azure', 'existing'], promptWriter.kind)
    openAI: prompts.outputs.account
  }
}

output AZURE_CONTAINER_REGISTRY_ENDPOINT string = inferenceService.outputs.registryServer
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_TENANT_ID string = tenant().tenantId
output API_APP string = api.outputs.name
output API_URL string = api.outputs.url
output APP_PRINCIPAL_ID string = identity.outputs.appPrincipalId
output INFERENCE_APP string = names.inferenceApp
output INFERENCE_IDENTITY string = identity.outputs.inferenceId
output INFERENCE_PRINCIPAL_ID string = identity.outputs.inferencePrincipalId
output INFERENCE_URL string = inferenceService.outputs.url
output SITE_ACCOUNT string = site.outputs.name
output SITE_URL string = site.outputs.endpoint
output STORAGE_BLOB_URL string = data.outputs.blobEndpoint
output VAULT_ID string = secrets.outputs.id
output VAULT_NAME string = secrets.outputs.name
