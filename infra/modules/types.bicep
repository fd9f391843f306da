// Types that several modules share.

@export()
@description('Tags of all resources.')
type tags = {
  *: string
}

@export()
@description('An image model of a fixed revision.')
type model = {
  @description('Hugging Face name, or `starter` for the built-in model.')
  @minLength(1)
  id: string

  @description('Commit of a Hugging Face model; empty for the built-in model.')
  revision: string
}

@export()
@description('Size of the function app.')
type compute = {
  @description('Python version that requirements.txt is compiled for. A build with another version fails.')
  python: '3.13'

  @description('Memory per instance in megabytes.')
  memoryMB: 512 | 2048 | 4096

  @description('Maximum instances per function group: the API, each timer, and each queue.')
  @minValue(1)
  @maxValue(1000)
  maxInstances: int

  @description('Always-ready API instances; see docs/cost.md for their cost.')
  @minValue(0)
  @maxValue(20)
  alwaysReady: int
}

@export()
@description('Sign-in with Microsoft Entra ID; without a client ID, users sign in with API keys only.')
type signIn = {
  @description('Client ID of the app registration that `infra/hooks/sign-in` creates; empty for none.')
  clientId: string
}

@export()
@description('Endpoints and settings of the other resources that the function app uses.')
type appConnections = {
  blobEndpoint: string
  queueEndpoint: string
  storageAccount: string
  cosmosEndpoint: string
  cosmosDatabase: string
  inferenceUrl: string
  gpuUsdPerHour: string
  gpuCooldownSeconds: string
  siteBlobUrl: string
  siteUrl: string
  timezone: string

  @description('URI of the key vault, with a trailing slash.')
  vaultUri: string

  promptWriter: {
    kind: 'azure' | 'existing' | 'openai' | 'word-lists'
    endpoint: string
    model: string
  }
}

@export()
@description('What earlier provisioning created.')
type provisioned = {
  @description('The container app.')
  app: bool

  @description('A deployed container image instead of the placeholder.')
  image: bool

  @description('The T4 profile, which a running replica can still use.')
  t4: bool

  @description('The A100 profile.')
  a100: bool

  @description('The keys in the key vault.')
  keys: bool

  @description('A Hugging Face token in the key vault.')
  huggingFaceToken: bool
}
