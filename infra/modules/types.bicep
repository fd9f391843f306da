// What several modules say about the same thing.

@export()
@description('Tags of every resource.')
type tags = {
  *: string
}

@export()
@description('A text-to-image model, pinned.')
type model = {
  @description('Hub name, or `starter` for the packaged one.')
  @minLength(1)
  id: string

  @description('Commit of a hub model; empty for the packaged one.')
  revision: string
}

@export()
@description('How the function app runs.')
type compute = {
  @description('A release that requirements.txt and Flex Consumption both know.')
  python: '3.11' | '3.12' | '3.13'

  @description('Memory of an instance.')
  memoryMB: 512 | 2048 | 4096

  @description('Most instances of each group of functions: no cap on cost, since there are several groups.')
  @minValue(40)
  @maxValue(1000)
  maxInstances: int

  @description('Instances that never sleep and answer the API at once; docs/cost.md says what one costs.')
  @minValue(0)
  @maxValue(20)
  alwaysReady: int
}

@export()
@description('Sign-in with Microsoft Entra ID; without a client only API keys let people in.')
type signIn = {
  @description('Application id of the registration that `infra/hooks/sign-in` makes; empty for none.')
  clientId: string
}

@export()
@description('What the app is told, beside what it is told about its own identity.')
type wiring = {
  blobEndpoint: string
  queueEndpoint: string
  tableEndpoint: string
  cosmosEndpoint: string
  cosmosDatabase: string
  inferenceUrl: string
  gpuUsdPerHour: string
  siteBlobUrl: string
  siteUrl: string
  timezone: string

  @description('Address of the vault, with a slash at its end.')
  vaultUri: string

  writer: {
    kind: 'azure' | 'existing' | 'openai' | 'words'
    endpoint: string
    model: string
  }
}

@export()
@description('What earlier provisions left.')
type found = {
  @description('The container app itself.')
  painter: bool

  @description('An image of ours in it, rather than the placeholder.')
  image: bool

  @description('The profile of T4s, which a running painter may still be in.')
  t4: bool

  @description('The profile of A100s, likewise.')
  a100: bool

  @description('The keys in the vault.')
  keys: bool

  @description('A token of the model hub in the vault.')
  hubToken: bool
}
