// One page of what happened: jobs, how long each stage took, what it cost.
import { tags as tagSet } from 'types.bicep'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagSet

@description('Id of the workspace.')
param workspace string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Auto-Image-Gen'
    category: 'workbook'
    sourceId: workspace
    serializedData: string(loadJsonContent('queries/workbook.json'))
  }
}
