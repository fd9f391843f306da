// What writes the prompts: a new Azure OpenAI account, an existing one, OpenAI by a key, or the word lists.
import { tags as tagSet } from 'types.bicep'

@export()
@description('What writes the prompts.')
@discriminator('kind')
type writer = newAzureOpenAI | existingAzureOpenAI | openAIKey | wordLists

@description('An Azure OpenAI account with one deployment, made here.')
type newAzureOpenAI = {
  kind: 'azure'

  @description('Model of the deployment, which gets the same name.')
  @minLength(1)
  model: string

  @description('Version of the model; empty takes the default one of the region.')
  version: string

  @description('Thousands of tokens a minute.')
  @minValue(1)
  @maxValue(1000)
  capacity: int
}

@description('An Azure OpenAI account that is there already, in the same subscription.')
type existingAzureOpenAI = {
  kind: 'existing'

  @minLength(2)
  account: string

  @minLength(1)
  resourceGroup: string

  @description('Name of its deployment.')
  @minLength(1)
  deployment: string
}

@description('OpenAI itself, by the secret `openai-api-key` of the vault.')
type openAIKey = {
  kind: 'openai'

  @minLength(1)
  model: string
}

@description('No model: the word lists compose.')
type wordLists = {
  kind: 'words'
}

@description('Name of a new account.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagSet

@description('The choice.')
param choice writer

@description('Name of the function app’s identity.')
param appIdentity string

var resides = choice.kind == 'azure' || choice.kind == 'existing'

module made 'ai.bicep' = if (choice.kind == 'azure') {
  params: {
    name: name
    location: location
    tags: tags
    model: choice.?model ?? ''
    version: choice.?version ?? ''
    capacity: choice.?capacity ?? 1
  }
}

module access 'ai-access.bicep' = if (resides) {
  scope: resourceGroup(choice.?resourceGroup ?? resourceGroup().name)
  params: { account: choice.?account ?? name, appIdentity: appIdentity, identityGroup: resourceGroup().name }
  dependsOn: [made]
}

@description('Address of the Azure OpenAI account, or an empty text.')
output endpoint string = resides ? access!.outputs.endpoint : ''

@description('What the app calls the model.')
output model string = choice.?deployment ?? choice.?model ?? ''

@description('Id of the Azure OpenAI account, or an empty text.')
output account string = resides ? access!.outputs.id : ''
