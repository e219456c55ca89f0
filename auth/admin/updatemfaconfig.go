package admin

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// UpdateMFAConfigInput is the input of [Client.UpdateMFAConfig]. A zero field leaves the setting as
// it is.
type UpdateMFAConfigInput struct {
	// Mode may also be one of the names that [ParseMode] knows. [Off] turns all factors off.
	Mode Mode
	// TOTP, SMS and Email turn on or off which factors the pool offers.
	TOTP, SMS, Email Switch
	// SMSSettings replaces the settings whose fields are not empty. SMS needs a RoleARN, here or in
	// the pool.
	SMSSettings SMSSettings
	// EmailSettings replaces the settings whose fields are not empty. E-mail needs the tier
	// ESSENTIALS or higher, your own sender in Amazon SES, and another way than e-mail to recover
	// accounts.
	EmailSettings EmailSettings
	// Devices says whether devices are tracked.
	Devices Tracking
	// ChallengeOnNewDevice lets a remembered device replace the second factor. Default, when
	// Devices turns tracking on: [SwitchOn].
	ChallengeOnNewDevice Switch
	// DryRun makes all checks and changes nothing.
	DryRun bool
	// Expect binds a real run to its dry run: if it is not nil, the update is refused unless its
	// Changes would be exactly these.
	Expect Diff
}

// UpdateMFAConfigOutput is the output of [Client.UpdateMFAConfig]. It is also set after an error of
// Cognito's.
type UpdateMFAConfigOutput struct {
	// Before is the configuration before the update.
	Before MFAConfig
	// After is the configuration read after the update. In a dry run, and after an update that
	// failed before the end, it is what the pool would have.
	After MFAConfig
	// Changes is the difference of Before and After, for printing.
	Changes Diff
	// Warnings lists what to consider before the change.
	Warnings []Warning
	// Written lists the operations that Cognito has confirmed, in order.
	Written []string
	// Resume and Undo are inputs that complete, and take back, an update that failed half-way,
	// whatever part of it has happened: they name every setting. A text or a role that was not
	// there before cannot be taken away again.
	Resume, Undo UpdateMFAConfigInput
}

// updateMFAConfig is the Op of the errors.
const updateMFAConfig = "UpdateMFAConfig"

// UpdateMFAConfig changes the factors that the pool offers and how it treats devices. It changes
// what the input asks for and nothing else: Cognito's own operations replace the whole
// configuration, so the rest of it is read first and sent along.
//
// Call it with DryRun first, read the Warnings, and ask [Client.MFAEffects] what the change means
// for the pool's users: requiring MFA can lock users out.
//
// UpdateUserPool changes the device settings, and then SetUserPoolMfaConfig the factors: in a pool
// that can send text messages, the first may offer them as a factor, which the second corrects. An
// update that fails half-way is completed by an update with Resume, and taken back with Undo.
// UpdateUserPool also resets pool settings that are newer than the AWS SDK that the program was
// built with: keep it up to date.
//
// Cognito has no lock against concurrent changes. A change that somebody else makes between the
// reading and the writing, less than a second, is lost. The configuration is read again at the end.
//
// Turning MFA off keeps the users' own factors, but the pool loses its texts for e-mails.
//
// Errors:
//   - [ErrMFAConfigRefused]: Cognito is known to refuse the configuration; nothing was sent
//   - [ErrPlanOutdated]: the changes are not those of Expect; nothing was sent
//   - [ErrMFAConfigDiffers]: the configuration read at the end is not what was written; the output
//     is complete
//   - [auth.ErrInvalidParameter]: a value does not exist
//   - [auth.ErrConcurrentModification]: another change was under way; try again
//
// Cognito: GetUserPoolMfaConfig, DescribeUserPool, SetUserPoolMfaConfig, UpdateUserPool.
func (c *Client) UpdateMFAConfig(ctx context.Context, in UpdateMFAConfigInput) (UpdateMFAConfigOutput, error) {
	if err := in.check(updateMFAConfig); err != nil {
		return UpdateMFAConfigOutput{}, err
	}
	found, err := c.setup(ctx, updateMFAConfig)
	if err != nil {
		return UpdateMFAConfigOutput{}, err
	}
	before := found.config()
	wanted := in.applied(before)
	if err := refusal(updateMFAConfig, in, wanted, found); err != nil {
		return UpdateMFAConfigOutput{Before: before, After: before}, err
	}
	out := UpdateMFAConfigOutput{
		Before: before, After: wanted, Changes: diff(before.fields(), wanted.fields()),
		Warnings: found.warnings(before, wanted), Resume: wanted.input(), Undo: before.input(),
	}
	if in.Expect != nil && !slices.Equal(in.Expect, out.Changes) {
		return out, fail(updateMFAConfig, ErrPlanOutdated, "the changes are not those that were expected: "+
			cmp.Or(out.Changes.line(), "there are none"), "Make a dry run again.")
	}
	if len(out.Changes) == 0 || in.DryRun {
		return out, nil
	}
	if err := c.write(ctx, found, &out); err != nil {
		return out, halfway(err, out.Written)
	}
	after, err := c.setup(ctx, updateMFAConfig)
	if err != nil {
		return out, halfway(err, out.Written)
	}
	out.After = after.config()
	out.Changes = diff(before.fields(), out.After.fields())
	if missing := lacking(out.After, wanted); len(missing) > 0 {
		return out, fail(updateMFAConfig, ErrMFAConfigDiffers, "the pool lacks what was written: "+missing.line(),
			"Check whether somebody else changes the pool, then try again.")
	}
	return out, nil
}

// write sends the requests that lead to out.After.
func (c *Client) write(ctx context.Context, found setup, out *UpdateMFAConfigOutput) error {
	now, wanted := out.Before, out.After
	if len(diff(now.deviceFields(), wanted.deviceFields())) > 0 {
		request := unchanged(found.pool)
		request.DeviceConfiguration = wanted.deviceConfiguration()
		if _, err := c.cognito.UpdateUserPool(ctx, request); err != nil {
			return shaped(ctx, updateMFAConfig, err)
		}
		out.Written = append(out.Written, "UpdateUserPool")
		written, err := c.setup(ctx, updateMFAConfig)
		if err != nil {
			return err
		}
		now = written.config()
	}
	if len(diff(now.mfaFields(), wanted.mfaFields())) > 0 {
		if _, err := c.cognito.SetUserPoolMfaConfig(ctx, found.request(c.id, wanted)); err != nil {
			return shaped(ctx, updateMFAConfig, err)
		}
		out.Written = append(out.Written, "SetUserPoolMfaConfig")
	}
	return nil
}

// halfway adds to the error what has been written, if anything has.
func halfway(err error, written []string) error {
	var e *auth.Error
	if len(written) == 0 || !errors.As(err, &e) {
		return err
	}
	again := *e
	again.Message += "; already written: " + strings.Join(written, ", ")
	again.Recovery = "Call UpdateMFAConfig again with Resume to complete the change, or with Undo to take it back."
	return &again
}

// input returns the input that leads to the configuration from any other.
func (c MFAConfig) input() UpdateMFAConfigInput {
	in := UpdateMFAConfigInput{
		Mode: c.Mode, TOTP: switchTo(c.TOTP), SMS: switchTo(c.SMS), Email: switchTo(c.Email),
		EmailSettings: c.EmailSettings, Devices: c.Devices, ChallengeOnNewDevice: switchTo(c.ChallengeOnNewDevice),
	}
	if c.SMS {
		in.SMSSettings = c.SMSSettings
	}
	return in
}

// applied returns c with the changes that the input asks for.
func (in UpdateMFAConfigInput) applied(c MFAConfig) MFAConfig {
	if mode, known := ParseMode(string(in.Mode)); known {
		c.Mode = mode
	}
	c.TOTP, c.SMS, c.Email = in.TOTP.applied(c.TOTP), in.SMS.applied(c.SMS), in.Email.applied(c.Email)
	if c.Mode == Off {
		c.TOTP, c.SMS, c.Email = false, false, false
	}
	c.SMSSettings = SMSSettings{
		RoleARN:    cmp.Or(in.SMSSettings.RoleARN, c.SMSSettings.RoleARN),
		ExternalID: cmp.Or(in.SMSSettings.ExternalID, c.SMSSettings.ExternalID),
		Region:     cmp.Or(in.SMSSettings.Region, c.SMSSettings.Region),
		Message:    cmp.Or(in.SMSSettings.Message, c.SMSSettings.Message),
	}
	c.EmailSettings.Subject = cmp.Or(in.EmailSettings.Subject, c.EmailSettings.Subject)
	c.EmailSettings.Message = cmp.Or(in.EmailSettings.Message, c.EmailSettings.Message)
	if !c.Email {
		c.EmailSettings = EmailSettings{}
	}
	fresh := c.Devices == TrackingOff
	c.Devices = cmp.Or(in.Devices, c.Devices)
	challenge := in.ChallengeOnNewDevice.applied(c.ChallengeOnNewDevice || fresh)
	c.ChallengeOnNewDevice = challenge && c.Devices != TrackingOff
	return c
}
