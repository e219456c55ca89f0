// Package admin is the administrator's side: what needs AWS credentials, for servers and tools,
// never for a program that people download.
//
// A [Pool] looks a person's factors and devices up, helps somebody who lost the authenticator app
// ([Pool.RecoverTOTP]), and reads and changes which factors the pool offers ([Pool.FetchMFAConfig],
// [Pool.UpdateMFAConfig]). Both changes can be tried without being made. Errors are *auth.Error, as
// everywhere. Every operation it sends does the same however often it is carried out, so each is
// tried up to three times, and each method here can be called again after a failure: it does what
// is still missing.
//
// Credentials and the configuration of AWS reach only programs that import this package; package
// auth does without them.
//
// # Permissions
//
// Grant these IAM actions on the pool's ARN, and only those of the methods that are used:
//
//	UserFactors         cognito-idp:AdminGetUser, AdminListDevices
//	RecoverTOTP         the above, GetUserPoolMfaConfig, AdminUpdateUserAttributes, AdminSetUserMFAPreference,
//	                    AdminDeleteSoftwareToken, AdminForgetDevice, AdminUserGlobalSignOut
//	Devices             AdminListDevices
//	FetchDevice         AdminGetDevice
//	ForgetDevice        AdminForgetDevice
//	ForgetAllDevices    AdminListDevices, AdminForgetDevice
//	UpdateDeviceStatus  AdminUpdateDeviceStatus
//	SignOutUser         AdminUserGlobalSignOut
//	FetchMFAConfig      GetUserPoolMfaConfig, DescribeUserPool
//	UpdateMFAConfig     the above, SetUserPoolMfaConfig, UpdateUserPool; iam:PassRole on the role that sends text messages
//	                    where there is one, kms:CreateGrant on the key of custom senders where there are some
//
// A DryRun only reads: RecoverTOTP then needs those of UserFactors and GetUserPoolMfaConfig,
// UpdateMFAConfig those of FetchMFAConfig. A missing one gives [ErrAccessDenied].
package admin
