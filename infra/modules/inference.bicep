// The inference service: registry, container environment, container app, and private DNS zone.
import { inference as inferenceSizing } from 'gpu.bicep'
import { provisioned as provisionedState, tags as tagSet } from 'types.bicep'

type naming = {
  app: string
  environment: string
  identity: string
  registry: string
  storage: string
  workspace: string
}

@description('Names of the connections.')
param names naming

@description('Region.')
param location string

@description('Tags of all resources.')
param tags tagSet

@description('Hardware and limits.')
param sizing inferenceSizing

@description('URI of the key vault, with a trailing slash.')
param vaultUri string

@description('Whether the inference service is private.')
param private bool

@description('Id of the private network; empty for none.')
param networkId string

@description('Id of the subnet of a private environment; empty for none.')
param subnet string

@description('What earlier provisioning created.')
param provisioned provisionedState

module registry 'registry.bicep' = {
  params: { name: names.registry, location: location, tags: tags, inferenceIdentity: names.identity }
}

module environment 'environment.bicep' = {
  params: {
    name: names.environment
    location: location
    tags: tags
    t4: sizing.profile == 'T4' || provisioned.t4
    a100: sizing.profile == 'A100' || provisioned.a100
    private: private
    subnet: subnet
    workspaceName: names.workspace
  }
}

module dnsName 'network-inference.bicep' = if (private) {
  params: {
    // The platform generates the domain, so the zone's name isn't known before the deployment.
    #disable-next-line what-if-short-circuiting
    domain: environment.outputs.domain
    address: environment.outputs.address
    network: networkId
    tags: tags
  }
}

module currentImage 'inference-image.bicep' = {
  params: { name: names.app, exists: provisioned.app }
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
    runningImage: currentImage.outputs.image
    provisioned: provisioned
  }
}

output id string = app.outputs.id
output url string = app.outputs.url
output registryServer string = registry.outputs.loginServer
