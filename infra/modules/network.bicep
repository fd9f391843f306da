// The optional private network: the function app's outbound traffic, the inference service, and the catalog's endpoint.
import { tags as tagSet } from 'types.bicep'

@description('Name of the network.')
param name string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags tagSet

@description('Address range, of at least 512 addresses.')
param range string = '10.42.0.0/22'

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [range] }
    subnets: [
      {
        name: 'functions'
        properties: {
          addressPrefix: cidrSubnet(range, 26, 0)
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'containers'
        properties: {
          addressPrefix: cidrSubnet(range, 26, 1)
          delegations: [{ name: 'environment', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: { addressPrefix: cidrSubnet(range, 26, 2), privateEndpointNetworkPolicies: 'Enabled' }
      }
    ]
  }
}

output id string = network.id
output functionsSubnet string = network.properties.subnets[0].id
output containersSubnet string = network.properties.subnets[1].id
output endpointsSubnet string = network.properties.subnets[2].id
