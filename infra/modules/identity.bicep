// Two identities, so that the inference service doesn't have the function app's permissions.
import { tags as tagSet } from 'types.bicep'

@description('Name of the function app’s identity.')
param appName string

@description('Name of the inference service’s identity.')
param inferenceName string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags tagSet

resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: appName
  location: location
  tags: tags
}

resource inference 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: inferenceName
  location: location
  tags: tags
}

output inferenceId string = inference.id
output appPrincipalId string = app.properties.principalId
output inferencePrincipalId string = inference.properties.principalId
