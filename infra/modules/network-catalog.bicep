// The catalog's private endpoint and its DNS zone.
import { tags as tagSet } from 'types.bicep'

@description('Name of the endpoint.')
param name string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags tagSet

@description('Id of the Cosmos DB account.')
param account string

@description('Id of the network.')
param network string

@description('Id of the subnet for private endpoints.')
param subnet string

resource endpoint 'Microsoft.Network/privateEndpoints@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnet }
    privateLinkServiceConnections: [
      { name: 'catalog', properties: { privateLinkServiceId: account, groupIds: ['Sql'] } }
    ]
  }
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: 'privatelink.documents.azure.com'
  location: 'global'
  tags: tags
}

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = {
  parent: zone
  name: 'network'
  location: 'global'
  tags: tags
  properties: { registrationEnabled: false, virtualNetwork: { id: network } }
}

resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = {
  parent: endpoint
  name: 'default'
  properties: { privateDnsZoneConfigs: [{ name: 'catalog', properties: { privateDnsZoneId: zone.id } }] }
}
