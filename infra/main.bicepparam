using 'main.bicep'

// Read from azd's environment. Change a value with `azd env set NAME VALUE`; see docs/deploy.md for the list.
var promptWriterKind = readEnvironmentVariable('AZURE_PROMPT_WRITER', 'azure')
var extraOriginsText = readEnvironmentVariable('AZURE_EXTRA_ORIGINS', '')

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')
param principalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID')
param principalType = readEnvironmentVariable('AZURE_PRINCIPAL_TYPE', 'User')

param inference = {
  profile: readEnvironmentVariable('AZURE_GPU_PROFILE', 'none')
  maxReplicas: int(readEnvironmentVariable('AZURE_INFERENCE_MAX_REPLICAS', '1'))
  cooldownSeconds: int(readEnvironmentVariable('AZURE_INFERENCE_COOLDOWN_SECONDS', '300'))
}
param model = {
  id: readEnvironmentVariable('AZURE_MODEL_ID', 'starter')
  revision: readEnvironmentVariable('AZURE_MODEL_REVISION', '')
}
param gpuUsdPerHour = readEnvironmentVariable('AZURE_GPU_USD_PER_HOUR', '0')
param privateNetwork = bool(readEnvironmentVariable('AZURE_PRIVATE_NETWORK', 'false'))

param promptWriter = promptWriterKind == 'existing'
  ? {
      kind: 'existing'
      account: readEnvironmentVariable('AZURE_OPENAI_ACCOUNT', '')
      resourceGroup: readEnvironmentVariable('AZURE_OPENAI_RESOURCE_GROUP', '')
      deployment: readEnvironmentVariable('AZURE_OPENAI_DEPLOYMENT', '')
    }
  : promptWriterKind == 'openai'
      ? { kind: 'openai', model: readEnvironmentVariable('AZURE_OPENAI_MODEL', 'gpt-5.4-mini') }
      : promptWriterKind == 'word-lists'
          ? { kind: 'word-lists' }
          : {
              kind: promptWriterKind
              model: readEnvironmentVariable('AZURE_OPENAI_MODEL', 'gpt-5.4-mini')
              version: readEnvironmentVariable('AZURE_OPENAI_MODEL_VERSION', '')
              capacity: int(readEnvironmentVariable('AZURE_OPENAI_CAPACITY', '10'))
            }

param cosmosLocation = readEnvironmentVariable('AZURE_COSMOS_LOCATION', '')
param openAiLocation = readEnvironmentVariable('AZURE_OPENAI_LOCATION', '')
param cosmosAutoscaleMax = int(readEnvironmentVariable('AZURE_COSMOS_AUTOSCALE_MAX', '0'))
param originals = {
  coolAfterDays: int(readEnvironmentVariable('AZURE_COOL_AFTER_DAYS', '30'))
  coldAfterDays: int(readEnvironmentVariable('AZURE_COLD_AFTER_DAYS', '120'))
}

param functions = {
  python: '3.13'
  memoryMB: 2048
  maxInstances: int(readEnvironmentVariable('AZURE_MAX_INSTANCES', '5'))
  alwaysReady: int(readEnvironmentVariable('AZURE_ALWAYS_READY', '0'))
}
param signIn = { clientId: readEnvironmentVariable('AZURE_SIGN_IN_CLIENT_ID', '') }
param alerting = {
  email: readEnvironmentVariable('AZURE_ALERT_EMAIL', '')
  gpuHoursAlert: int(readEnvironmentVariable('AZURE_GPU_HOURS_ALERT', '4'))
  dailyLogGb: readEnvironmentVariable('AZURE_DAILY_LOG_GB', '0.15')
  monthlyBudget: int(readEnvironmentVariable('AZURE_MONTHLY_BUDGET', '25'))
  budgetStart: readEnvironmentVariable('AZURE_BUDGET_START', '2026-01-01')
}
param timezone = readEnvironmentVariable('AZURE_LIBRARY_TIMEZONE', 'UTC')
// Only scheme and host, as browsers send them.
param extraOrigins = empty(extraOriginsText)
  ? []
  : map(split(extraOriginsText, ','), text => join(take(split(trim(text), '/'), 3), '/'))
param purgeProtection = bool(readEnvironmentVariable('AZURE_PURGE_PROTECTION', 'false'))

param provisioned = {
  app: bool(readEnvironmentVariable('SERVICE_INFERENCE_RESOURCE_EXISTS', 'false'))
  image: bool(readEnvironmentVariable('AZURE_INFERENCE_DEPLOYED', 'false'))
  t4: contains(readEnvironmentVariable('AZURE_GPU_PROFILES_CREATED', ''), 'T4')
  a100: contains(readEnvironmentVariable('AZURE_GPU_PROFILES_CREATED', ''), 'A100')
  keys: bool(readEnvironmentVariable('AZURE_KEYS_CREATED', 'false'))
  huggingFaceToken: bool(readEnvironmentVariable('AZURE_HUB_TOKEN_STORED', 'false'))
}
