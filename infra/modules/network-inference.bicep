// DNS zone that resolves the inference service in the private network.
import { tags as tagSet } from 'types.bicep'

@description('Domain of the container environment.')
param domain string

@description('Tags of all resources.')
param tags tagSet

@description('IP address of the environment in the network.')
param address string

@description('Id of the network.')
param network string

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: domain
  location: 'global'
  tags: tags
}

resource wildcardRecord 'Microsoft.Network/privateDnsZones/A@2024-06-01' = {
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
