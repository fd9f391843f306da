// The prompt writer: a new or existing Azure OpenAI account, an OpenAI API key, or word lists.
import { tags as tagSet } from 'types.bicep'

@export()
@description('The prompt writer.')
@discriminator('kind')
type promptWriter = newAzureOpenAI | existingAzureOpenAI | openAIKey | wordLists

@description('A new Azure OpenAI account with one model deployment.')
type newAzureOpenAI = {
  kind: 'azure'

  @description('Model to deploy; the deployment has the same name.')
  @minLength(1)
  model: string

  @description('Model version; empty for the region’s default.')
  version: string

  @description('Capacity in thousands of tokens per minute.')
  @minValue(1)
  @maxValue(1000)
  capacity: int
}

@description('An existing Azure OpenAI account in the same subscription.')
type existingAzureOpenAI = {
  kind: 'existing'

  @minLength(2)
  account: string

  @minLength(1)
  resourceGroup: string

  @description('Name of its model deployment.')
  @minLength(1)
  deployment: string
}

@description('OpenAI, with the API key in the key vault’s secret `openai-api-key`.')
type openAIKey = {
  kind: 'openai'

  @minLength(1)
  model: string
}

@description('Word lists instead of a model.')
type wordLists = {
  kind: 'word-lists'
}

@description('Name of a new account.')
param name string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags tagSet

@description('The settings.')
param settings promptWriter

@description('Name of the function app’s identity.')
param appIdentity string

var usesAzureOpenAI = settings.kind == 'azure' || settings.kind == 'existing'

module newAccount 'ai.bicep' = if (settings.kind == 'azure') {
  params: {
    name: name
    location: location
    tags: tags
    model: settings.?model ?? ''
    version: settings.?version ?? ''
    capacity: settings.?capacity ?? 1
  }
}

module access 'ai-access.bicep' = if (usesAzureOpenAI) {
  scope: resourceGroup(settings.?resourceGroup ?? resourceGroup().name)
  params: { account: settings.?account ?? name, appIdentity: appIdentity, identityGroup: resourceGroup().name }
  dependsOn: [newAccount]
}

@description('URL of the Azure OpenAI account, or an empty string.')
output endpoint string = usesAzureOpenAI ? access!.outputs.endpoint : ''

@description('Model name that the app passes to the API.')
output model string = settings.?deployment ?? settings.?model ?? ''

@description('Id of the Azure OpenAI account, or an empty string.')
output account string = usesAzureOpenAI ? access!.outputs.id : ''
