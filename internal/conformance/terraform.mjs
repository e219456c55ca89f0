// Sets a user pool up with AWS's SDK as Terraform and its like do: create with everything, describe, send everything
// again with one thing changed, describe again. Prints what was sent first, and each description.
import {
  CreateIdentityProviderCommand,
  CreateResourceServerCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  CognitoIdentityProviderClient,
  DescribeIdentityProviderCommand,
  DescribeResourceServerCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  GetUserPoolMfaConfigCommand,
  ListTagsForResourceCommand,
  SetUserPoolMfaConfigCommand,
  TagResourceCommand,
  UpdateIdentityProviderCommand,
  UpdateResourceServerCommand,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
  UpdateUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { script } from './cognito.mjs';

const lambda = 'arn:aws:lambda:eu-west-1:123456789012:function:f';
const text = 'Your code is {####}.';

// What UpdateUserPool can change.
const settings = {
  AccountRecoverySetting: {
    RecoveryMechanisms: [
      { Name: 'verified_email', Priority: 1 },
      { Name: 'verified_phone_number', Priority: 2 },
    ],
  },
  AdminCreateUserConfig: {
    AllowAdminCreateUserOnly: false,
    InviteMessageTemplate: {
      EmailMessage: '{username} {####}',
      EmailSubject: 'Welcome',
      SMSMessage: '{username} {####}',
    },
  },
  AutoVerifiedAttributes: ['email'],
  DeletionProtection: 'ACTIVE',
  DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false },
  EmailConfiguration: {
    EmailSendingAccount: 'DEVELOPER',
    From: 'a@example.com',
    SourceArn: 'arn:aws:ses:eu-west-1:123456789012:identity/example.com',
  },
  IssuerConfiguration: { Type: 'UPDATED' },
  LambdaConfig: { PreSignUp: lambda, PreTokenGenerationConfig: { LambdaArn: lambda, LambdaVersion: 'V2_0' } },
  MfaConfiguration: 'OPTIONAL',
  Policies: {
    PasswordPolicy: {
      MinimumLength: 10,
      RequireLowercase: true,
      RequireNumbers: false,
      RequireSymbols: true,
      RequireUppercase: true,
      TemporaryPasswordValidityDays: 3,
    },
    SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] },
  },
  SmsAuthenticationMessage: text,
  SmsConfiguration: { ExternalId: 'x', SnsCallerArn: 'arn:aws:iam::123456789012:role/sms', SnsRegion: 'eu-west-1' },
  UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
  UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' },
  UserPoolTags: { team: 'a' },
  UserPoolTier: 'PLUS',
  VerificationMessageTemplate: {
    DefaultEmailOption: 'CONFIRM_WITH_CODE',
    EmailMessage: text,
    EmailSubject: 'Code',
    SmsMessage: text,
  },
};

const client = {
  ClientName: 'app',
  AccessTokenValidity: 20,
  AllowedOAuthFlows: ['code'],
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthScopes: ['openid', 'https://orders.example/read'],
  AuthSessionValidity: 5,
  CallbackURLs: ['https://app.example/'],
  EnableTokenRevocation: true,
  ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  IdTokenValidity: 20,
  LogoutURLs: ['https://app.example/bye'],
  PreventUserExistenceErrors: 'ENABLED',
  ReadAttributes: ['email', 'custom:tier'],
  RefreshTokenValidity: 10,
  SupportedIdentityProviders: ['COGNITO', 'Google'],
  TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'days' },
  WriteAttributes: ['email', 'custom:tier'],
};

const resourceServer = {
  Identifier: 'https://orders.example',
  Name: 'orders',
  Scopes: [{ ScopeName: 'read', ScopeDescription: 'read orders' }],
};

const provider = {
  ProviderName: 'Google',
  AttributeMapping: { email: 'email', username: 'sub' },
  IdpIdentifiers: ['g'],
  ProviderDetails: { client_id: 'x', client_secret: 'y', authorize_scopes: 'openid' },
};

const domain = { Domain: 'acme', ManagedLoginVersion: 2 };

const mfa = {
  MfaConfiguration: 'OPTIONAL',
  SmsMfaConfiguration: { SmsAuthenticationMessage: text, SmsConfiguration: settings.SmsConfiguration },
  SoftwareTokenMfaConfiguration: { Enabled: true },
};

await script(async ({ endpoint, region }) => {
  const api = new CognitoIdentityProviderClient({
    endpoint,
    region,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
  const { UserPool } = await api.send(
    new CreateUserPoolCommand({
      PoolName: 'everything',
      ...settings,
      AliasAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
      Schema: [
        { Name: 'email', AttributeDataType: 'String', Required: true, Mutable: true },
        {
          Name: 'tier',
          AttributeDataType: 'Number',
          Mutable: false,
          NumberAttributeConstraints: { MinValue: '1', MaxValue: '9' },
        },
      ],
    }),
  );
  const pool = { UserPoolId: UserPool.Id };
  await api.send(new SetUserPoolMfaConfigCommand({ ...pool, ...mfa }));
  await api.send(new CreateResourceServerCommand({ ...pool, ...resourceServer }));
  await api.send(new CreateIdentityProviderCommand({ ...pool, ...provider, ProviderType: 'Google' }));
  await api.send(new CreateUserPoolDomainCommand({ ...pool, ...domain }));
  const { UserPoolClient } = await api.send(
    new CreateUserPoolClientCommand({ ...pool, ...client, GenerateSecret: true }),
  );
  const app = { ...pool, ClientId: UserPoolClient.ClientId };

  const describe = async () => {
    const all = await Promise.all([
      api.send(new DescribeUserPoolCommand(pool)),
      api.send(new GetUserPoolMfaConfigCommand(pool)),
      api.send(new DescribeUserPoolClientCommand(app)),
      api.send(new DescribeResourceServerCommand({ ...pool, Identifier: resourceServer.Identifier })),
      api.send(new DescribeIdentityProviderCommand({ ...pool, ProviderName: provider.ProviderName })),
      api.send(new DescribeUserPoolDomainCommand({ Domain: domain.Domain })),
      api.send(new ListTagsForResourceCommand({ ResourceArn: UserPool.Arn })),
    ]);
    return {
      UserPool: all[0].UserPool,
      Mfa: { ...all[1], $metadata: undefined },
      UserPoolClient: all[2].UserPoolClient,
      ResourceServer: all[3].ResourceServer,
      IdentityProvider: all[4].IdentityProvider,
      DomainDescription: all[5].DomainDescription,
      Tags: all[6].Tags,
    };
  };

  // The pool and its second factors are sent one after the other, as by Terraform.
  const updatePool = async (change) => {
    await api.send(new UpdateUserPoolCommand({ ...pool, PoolName: 'everything', ...settings, ...change }));
    await api.send(new SetUserPoolMfaConfigCommand({ ...pool, ...mfa }));
  };
  const updates = {
    nothing: () => updatePool({}),
    addOns: () => updatePool({ UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' } }),
    addOnsBack: () => updatePool({}),
    client: () =>
      api.send(new UpdateUserPoolClientCommand({ ...app, ...client, LogoutURLs: ['https://gone.example/'] })),
    resourceServer: () => api.send(new UpdateResourceServerCommand({ ...pool, ...resourceServer, Name: 'renamed' })),
    provider: () => api.send(new UpdateIdentityProviderCommand({ ...pool, ...provider, IdpIdentifiers: ['h'] })),
    domain: () => api.send(new UpdateUserPoolDomainCommand({ ...pool, ...domain, ManagedLoginVersion: 1 })),
    tags: () => api.send(new TagResourceCommand({ ResourceArn: UserPool.Arn, Tags: { stage: 'test' } })),
  };
  const states = [{ update: 'created', described: await describe() }];
  for (const [update, run] of Object.entries(updates)) {
    await run();
    states.push({ update, described: await describe() });
  }
  const sent = { UserPool: settings, Mfa: mfa, UserPoolClient: client, ResourceServer: resourceServer };
  return { states, sent: { ...sent, IdentityProvider: provider, DomainDescription: domain } };
});
