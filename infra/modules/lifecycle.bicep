// Lifecycle rules: exports are deleted after one day, and old originals move to cheaper storage tiers.

@export()
@description('Days after which originals move to cheaper storage tiers; 0 for never.')
type lifecycle = {
  @minValue(0)
  coolAfterDays: int

  @minValue(0)
  coldAfterDays: int
}

@description('Name of the storage account.')
param account string

@description('Days after which originals move to cheaper storage tiers.')
param originals lifecycle

// Cold blobs are still readable immediately; only their price differs.
var coolerTiers = union(
  originals.coolAfterDays > 0 ? { tierToCool: { daysAfterModificationGreaterThan: originals.coolAfterDays } } : {},
  originals.coldAfterDays > 0 ? { tierToCold: { daysAfterModificationGreaterThan: originals.coldAfterDays } } : {}
)
var expiry = {
  name: 'delete-exports-after-one-day'
  enabled: true
  type: 'Lifecycle'
  definition: {
    filters: { blobTypes: ['blockBlob'], prefixMatch: ['exports/'] }
    actions: { baseBlob: { delete: { daysAfterCreationGreaterThan: 1 } } }
  }
}
var cooling = {
  name: 'move-originals-to-cooler-tiers'
  enabled: true
  type: 'Lifecycle'
  definition: {
    filters: { blobTypes: ['blockBlob'], prefixMatch: ['originals/'] }
    actions: { baseBlob: coolerTiers }
  }
}

resource storage 'Microsoft.Storage/storageAccounts@2026-04-01' existing = {
  name: account
}

resource policy 'Microsoft.Storage/storageAccounts/managementPolicies@2026-04-01' = {
  parent: storage
  name: 'default'
  properties: { policy: { rules: empty(coolerTiers) ? [expiry] : [expiry, cooling] } }
}
