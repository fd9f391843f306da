// A warning by mail; a budget stops nothing.

@minLength(1)
@maxLength(63)
@description('Name of the budget.')
param name string

@description('Dollars a month.')
param amount int

@description('First day of a month; it can never change.')
@minLength(10)
@maxLength(10)
param startDate string

@description('Id of the action group that tells people.')
param actionGroup string

resource budget 'Microsoft.Consumption/budgets@2026-06-01' = {
  name: name
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: { startDate: startDate }
    notifications: {
      half: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 50
        contactEmails: []
        contactGroups: [actionGroup]
        contactRoles: ['Owner']
      }
      forecast: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: []
        contactGroups: [actionGroup]
        contactRoles: ['Owner']
      }
      spent: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        contactEmails: []
        contactGroups: [actionGroup]
        contactRoles: ['Owner']
      }
    }
  }
}
