// Looks up the current container image, so that provisioning keeps it.

@description('Name of the container app.')
param name string

@description('Whether the container app exists.')
param exists bool

resource app 'Microsoft.App/containerApps@2026-01-01' existing = if (exists) {
  name: name
}

output image string = exists ? app!.properties.template.containers[0].image : ''
