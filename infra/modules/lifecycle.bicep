// What happens to blobs by themselves: a zip is offered for a day, and old originals move to cheaper storage.

@export()
@description('When originals move to cheaper storage; 0 leaves them where they are.')
type lifecycle = {
  @minValue(0)
  coolAfterDays: int

  @minValue(0)
  coldAfterDays: int
}

@description('Name of the storage account.')
param account string

@description('When originals move.')
param originals lifecycle

// Cold originals are still read at once; only what a picture costs a month changes.
var colder = union(
  originals.coolAfterDays > 0 ? { tierToCool: { daysAfterModificationGreaterThan: originals.coolAfterDays } } : {},
  originals.coldAfterDays > 0 ? { tierToCold: { daysAfterModificationGreaterThan: originals.coldAfterDays } } : {}
)
var expiry = {
  name: 'exports-last-a-day'
  enabled: true
  type: 'Lifecycle'
  definition: {
    filters: { blobTypes: ['blockBlob'], prefixMatch: ['exports/'] }
    actions: { baseBlob: { delete: { daysAfterCreationGreaterThan: 1 } } }
  }
}
var cooling = {
  name: 'originals-grow-cold'
  enabled: true
  type: 'Lifecycle'
  definition: {
    filters: { blobTypes: ['blockBlob'], prefixMatch: ['originals/'] }
    actions: { baseBlob: colder }
  }
}

resource storage 'Microsoft.Storage/storageAccounts@2026-04-01' existing = {
  name: account
}

resource policy 'Microsoft.Storage/storageAccounts/managementPolicies@2026-04-01' = {
  parent: storage
  name: 'default'
  properties: { policy: { rules: empty(colder) ? [expiry] : [expiry, cooling] } }
}
