// Two identities, so that the painter can do nothing that only the function app must.
import { tags as tagSet } from 'types.bicep'

@description('Name of the function app’s identity.')
param appName string

@description('Name of the painter’s identity.')
param painterName string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagSet

resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: appName
  location: location
  tags: tags
}

resource painter 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: painterName
  location: location
  tags: tags
}

output painterId string = painter.id
