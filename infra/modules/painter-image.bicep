// The image that runs now, so that a new provision keeps what was deployed.

@description('Name of the container app.')
param name string

@description('Whether it is there.')
param exists bool

resource app 'Microsoft.App/containerApps@2026-01-01' existing = if (exists) {
  name: name
}

output image string = exists ? app!.properties.template.containers[0].image : ''
