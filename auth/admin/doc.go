// Package admin administers users and their second factors with AWS credentials, in servers and
// tools. Never ship it in a program that users download.
//
// A [Client] reads users' factors and devices, helps a user who lost the authenticator app
// ([Client.RecoverTOTP]), and reads and changes the factors that the pool offers
// ([Client.FetchMFAConfig], [Client.UpdateMFAConfig]). Both changes have a dry run, and
// [Client.MFAEffects] says whom a change of the pool would lock out. All errors are
// [auth.Error] values. Every operation that is sent is idempotent, so each is tried up to three
// times, and each method can be called again after an error: it does what is still missing.
//
// Only programs that import this package depend on the AWS SDK's configuration and credentials;
// package auth does not.
//
// # Permissions
//
// Grant these IAM actions on the pool's ARN, and only those of the methods that you use:
//
//	UserFactors         cognito-idp:AdminGetUser, AdminListDevices
//	RecoverTOTP         the above, GetUserPoolMfaConfig, DescribeUserPool,
//	                    AdminUpdateUserAttributes, AdminSetUserMFAPreference,
//	                    AdminDeleteSoftwareToken, AdminForgetDevice, AdminUserGlobalSignOut
//	Users               ListUsers, AdminGetUser
//	SetMFAPreference    AdminSetUserMFAPreference
//	EnableUser          AdminEnableUser
//	DisableUser         AdminDisableUser
//	Devices             AdminListDevices
//	FetchDevice         AdminGetDevice
//	ForgetDevice        AdminForgetDevice
//	ForgetAllDevices    AdminListDevices, AdminForgetDevice
//	UpdateDeviceStatus  AdminUpdateDeviceStatus
//	SignOutUser         AdminUserGlobalSignOut
//	FetchMFAConfig      GetUserPoolMfaConfig, DescribeUserPool
//	MFAEffects          the above, ListUsers, AdminGetUser
//	UpdateMFAConfig     GetUserPoolMfaConfig, DescribeUserPool, SetUserPoolMfaConfig, UpdateUserPool;
//	                    iam:PassRole on the role that sends text messages, if there is one;
//	                    kms:CreateGrant on the key of custom senders, if there are any
//
// A dry run only reads: RecoverTOTP then needs the actions of UserFactors and FetchMFAConfig,
// UpdateMFAConfig those of FetchMFAConfig. Without an action that it needs, a method fails with
// [ErrAccessDenied].
package admin
