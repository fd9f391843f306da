// The library's data: images and queues in Blob and Queue Storage, and the catalog in Cosmos DB.
import { lifecycle as lifecycleDays } from 'lifecycle.bicep'
import { tags as tagSet } from 'types.bicep'

type resourceNames = {
  storage: string
  catalog: string
  catalogEndpoint: string
  appIdentity: string
  inferenceIdentity: string
}

@description('Names of the resources and of the identities that use them.')
param names resourceNames

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagSet

@description('Origins of the pages that read images with signed URLs.')
param origins string[]

@description('When original images move to cheaper storage tiers.')
param originals lifecycleDays

@description('Name of the catalog’s database.')
param database string

@description('Region of the catalog.')
param catalogLocation string

@description('Maximum request units per second of the catalog; 0 for serverless billing.')
@minValue(0)
param cosmosAutoscaleMax int

@description('Whether the catalog is reached only through a private endpoint.')
param private bool

@description('Id of the private network; empty for none.')
param networkId string

@description('Id of the subnet for private endpoints; empty for none.')
param subnet string

module storage 'storage.bicep' = {
  params: {
    name: names.storage
    location: location
    tags: tags
    origins: origins
    appIdentity: names.appIdentity
    inferenceIdentity: names.inferenceIdentity
  }
}

module lifecycle 'lifecycle.bicep' = {
  params: { account: names.storage, originals: originals }
  dependsOn: [storage]
}

module catalog 'catalog.bicep' = {
  params: {
    name: names.catalog
    location: catalogLocation
    tags: tags
    database: database
    autoscaleMax: cosmosAutoscaleMax
    appIdentity: names.appIdentity
    private: private
  }
}

module catalogEndpoint 'network-catalog.bicep' = if (private) {
  params: {
    name: names.catalogEndpoint
    location: location
    tags: tags
    account: catalog.outputs.id
    network: networkId
    subnet: subnet
  }
}

output blobEndpoint string = storage.outputs.blobEndpoint
output queueEndpoint string = storage.outputs.queueEndpoint
output packageContainer string = storage.outputs.packageContainer
output cosmosEndpoint string = catalog.outputs.endpoint
