// The painter and what it stands on: a registry for its images, an environment, and its name in a private network.
import { painter as painterSizing } from 'gpu.bicep'
import { found as foundState, tags as tagSet } from 'types.bicep'

type naming = {
  app: string
  environment: string
  identity: string
  registry: string
  storage: string
  workspace: string
}

@description('Names of the parts.')
param names naming

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagSet

@description('Hardware and limits.')
param sizing painterSizing

@description('Address of the vault, with a slash at its end.')
param vaultUri string

@description('Whether the painter is closed to the internet.')
param private bool

@description('Id of the private network; empty for none.')
param networkId string

@description('Id of the subnet that closes the environment; empty for none.')
param subnet string

@description('What earlier provisions left.')
param found foundState

module registry 'registry.bicep' = {
  params: { name: names.registry, location: location, tags: tags, painterIdentity: names.identity }
}

module environment 'environment.bicep' = {
  params: {
    name: names.environment
    location: location
    tags: tags
    t4: sizing.profile == 'T4' || found.t4
    a100: sizing.profile == 'A100' || found.a100
    private: private
    subnet: subnet
    workspaceName: names.workspace
  }
}

module inNetwork 'network-painter.bicep' = if (private) {
  params: {
    // The platform makes the domain up, so that nobody can tell before the deployment what the zone is called.
    #disable-next-line what-if-short-circuiting
    domain: environment.outputs.domain
    address: environment.outputs.address
    network: networkId
    tags: tags
  }
}

module running 'painter-image.bicep' = {
  params: { name: names.app, exists: found.painter }
}

module app 'gpu.bicep' = {
  params: {
    name: names.app
    location: location
    tags: tags
    sizing: sizing
    environment: environment.outputs.id
    identityName: names.identity
    registryServer: registry.outputs.loginServer
    vaultUri: vaultUri
    storageAccount: names.storage
    runningImage: running.outputs.image
    left: found
  }
}

output id string = app.outputs.id
output url string = app.outputs.url
output registryServer string = registry.outputs.loginServer
