// The name under which the function app finds the painter inside the private network.
import { tags as tagSet } from 'types.bicep'

@description('Domain of the container environment.')
param domain string

@description('Tags of every resource.')
param tags tagSet

@description('Address of the environment inside the network.')
param address string

@description('Id of the network.')
param network string

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: domain
  location: 'global'
  tags: tags
}

resource every 'Microsoft.Network/privateDnsZones/A@2024-06-01' = {
  parent: zone
  name: '*'
  properties: { ttl: 300, aRecords: [{ ipv4Address: address }] }
}

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = {
  parent: zone
  name: 'network'
  location: 'global'
  tags: tags
  properties: { registrationEnabled: false, virtualNetwork: { id: network } }
}
