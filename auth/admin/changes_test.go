package admin_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/admin"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// listed is the difference of two configurations, written apart from the package's own.
func listed(before, after admin.MFAConfig) admin.Diff {
	onOff := map[bool]string{true: "on", false: "off"}
	var d admin.Diff
	for _, f := range []admin.Change{
		{Field: "mfa", Old: string(before.Mode), New: string(after.Mode)},
		{Field: "totp", Old: onOff[before.TOTP], New: onOff[after.TOTP]},
		{Field: "sms", Old: onOff[before.SMS], New: onOff[after.SMS]},
		{Field: "sms.roleARN", Old: before.SMSSettings.RoleARN, New: after.SMSSettings.RoleARN},
		{Field: "sms.externalID", Old: before.SMSSettings.ExternalID, New: after.SMSSettings.ExternalID},
		{Field: "sms.region", Old: before.SMSSettings.Region, New: after.SMSSettings.Region},
		{Field: "sms.message", Old: before.SMSSettings.Message, New: after.SMSSettings.Message},
		{Field: "email", Old: onOff[before.Email], New: onOff[after.Email]},
		{Field: "email.subject", Old: before.EmailSettings.Subject, New: after.EmailSettings.Subject},
		{Field: "email.message", Old: before.EmailSettings.Message, New: after.EmailSettings.Message},
		{Field: "devices", Old: string(before.Devices), New: string(after.Devices)},
		{Field: "challengeOnNewDevice", Old: onOff[before.ChallengeOnNewDevice], New: onOff[after.ChallengeOnNewDevice]},
	} {
		if f.Old != f.New {
			d = append(d, f)
		}
	}
	return d
}

// wish is an input that asks for anything.
func wish(random *rand.Rand) admin.UpdateMFAConfigInput {
	pick := func(values ...string) string { return values[random.IntN(len(values))] }
	change := func() admin.Switch { return admin.Switch(pick("", "", "ON", "OFF")) }
	in := admin.UpdateMFAConfigInput{
		Mode: admin.Mode(pick("", "OFF", "OPTIONAL", "REQUIRED")), TOTP: change(), SMS: change(), Email: change(),
		Devices:              admin.Tracking(pick("", "", "OFF", "ALWAYS", "OPT_IN")),
		ChallengeOnNewDevice: change(),
	}
	in.SMSSettings.RoleARN = pick("", role)
	in.SMSSettings.Message = pick("", "", "Sign in with {####}")
	in.EmailSettings.Subject = pick("", "", "Your code")
	in.EmailSettings.Message = pick("", "", "It is {####}.")
	return in
}

// Chains of random updates on one pool each: whatever is asked for, Changes is the difference of
// Before and After, the dry run says what the real one does, and the pool refuses nothing that the
// dry run accepted.
func TestChangesAreTheDifferenceOfBeforeAndAfter(t *testing.T) {
	t.Parallel()
	ctx, accepted := context.Background(), 0
	for seed := range uint64(12) {
		random := rand.New(rand.NewPCG(seed, 22))
		pool := newPool(t, authtest.Config{})
		p := administer(t, pool)
		for range 40 {
			in := wish(random)
			before, err := p.FetchMFAConfig(ctx)
			require.NoError(t, err)
			dry := in
			dry.DryRun = true
			planned, err := p.UpdateMFAConfig(ctx, dry)
			require.Equal(t, before, planned.Before)
			require.Equal(t, listed(planned.Before, planned.After), planned.Changes)
			if err != nil {
				require.ErrorIs(t, err, admin.ErrMFAConfigRefused)
				require.Empty(t, planned.Changes)
				continue
			}
			in.Expect = planned.Changes
			out, err := p.UpdateMFAConfig(ctx, in)
			require.NoError(t, err, "%+v on %+v", in, before)
			require.Equal(t, planned.After, out.After, "%+v on %+v", in, before)
			require.Equal(t, planned.Changes, out.Changes)
			after, err := p.FetchMFAConfig(ctx)
			require.NoError(t, err)
			require.Equal(t, after, out.After)
			accepted++
		}
	}
	assert.Greater(t, accepted, 100)
}

func TestExpectBindsARunToItsDryRun(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true, SMS: true})
	p, ctx := administer(t, pool), context.Background()
	in := admin.UpdateMFAConfigInput{Mode: admin.Required, SMS: admin.SwitchOff, DryRun: true}
	planned, err := p.UpdateMFAConfig(ctx, in)
	require.NoError(t, err)
	in.DryRun, in.Expect = false, planned.Changes
	_, err = administer(t, pool).UpdateMFAConfig(ctx, admin.UpdateMFAConfigInput{SMS: admin.SwitchOff})
	require.NoError(t, err)

	pool.ResetRequests()
	out, err := p.UpdateMFAConfig(ctx, in)
	require.ErrorIs(t, err, admin.ErrPlanOutdated)
	assert.Equal(t, "mfa: OPTIONAL → REQUIRED", out.Changes.String())
	assert.Empty(t, writes(pool))
	in.Expect = admin.Diff{}
	_, err = p.UpdateMFAConfig(ctx, in)
	require.ErrorIs(t, err, admin.ErrPlanOutdated, "no changes were expected")
}

// cut is an HTTP client whose connection breaks after a number of requests: before the next one is
// sent, or before its answer arrives.
type cut struct {
	after  int
	sent   bool
	served *int
}

func (c cut) Do(r *http.Request) (*http.Response, error) {
	*c.served++
	if *c.served <= c.after {
		return http.DefaultClient.Do(r)
	}
	if c.sent && *c.served == c.after+1 {
		response, err := http.DefaultClient.Do(r)
		if err == nil {
			_ = response.Body.Close() // the answer is lost
		}
	}
	return nil, errors.New("the connection broke")
}

// A run is cut after every single request. Resume completes it, Undo takes it back, and nothing
// else of the pool is lost.
func TestARunThatIsCutConverges(t *testing.T) {
	t.Parallel()
	in := admin.UpdateMFAConfigInput{Mode: admin.Required, Devices: admin.TrackingOptIn}
	for after := range 8 {
		for _, sent := range []bool{false, true} {
			for _, undo := range []bool{false, true} {
				cutRun(t, in, cut{after: after, sent: sent, served: new(int)}, undo)
			}
		}
	}
}

func cutRun(t *testing.T, in admin.UpdateMFAConfigInput, client cut, undo bool) {
	t.Helper()
	pool, ctx := newPool(t, authtest.Config{}), context.Background()
	p := administer(t, pool)
	_, err := plain(pool).UpdateUserPool(ctx, full(pool.UserPoolID)) // can send text messages
	require.NoError(t, err)
	_, err = p.UpdateMFAConfig(ctx, admin.UpdateMFAConfigInput{Mode: admin.Optional, TOTP: admin.SwitchOn})
	require.NoError(t, err)
	start := describe(t, pool)
	rest, err := p.FetchMFAConfig(ctx)
	require.NoError(t, err)
	require.False(t, rest.SMS)

	broken := administer(t, pool, func(cfg *admin.Config) {
		cfg.AWS.HTTPClient = client
		cfg.AWS.Retryer = func() aws.Retryer { return retry.AddWithMaxAttempts(aws.NopRetryer{}, 1) }
	})
	out, err := broken.UpdateMFAConfig(ctx, in)
	if err == nil {
		require.GreaterOrEqual(t, client.after, 7, "UpdateUserPool, SetUserPoolMfaConfig and three readings")
	}
	next := out.Resume
	if next.Mode == "" && !undo {
		next = in // nothing was read, so nothing was written
	}
	if undo {
		next = out.Undo
	}
	done, err := p.UpdateMFAConfig(ctx, next)
	require.NoError(t, err)
	want := rest
	if !undo {
		want.Mode, want.Devices, want.ChallengeOnNewDevice = admin.Required, admin.TrackingOptIn, true
	}
	require.Equal(t, want, done.After, "cut after %d, sent %v", client.after, client.sent)
	end := describe(t, pool)
	start.MfaConfiguration, start.DeviceConfiguration, start.LastModifiedDate = end.MfaConfiguration, end.DeviceConfiguration, end.LastModifiedDate
	delete(start.UserPoolTags, "aws:cloudformation:stack-name") // nobody but AWS can take it away
	delete(end.UserPoolTags, "aws:cloudformation:stack-name")
	require.Equal(t, start, end)
}

func TestARunThatStopsHalfWaySaysSo(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
	pool.Fail(authtest.Fault{Operation: "SetUserPoolMfaConfig", Code: "ConcurrentModificationException"})
	out, err := administer(t, pool).UpdateMFAConfig(context.Background(), admin.UpdateMFAConfigInput{
		Mode: admin.Required, Devices: admin.TrackingAlways,
	})
	require.ErrorContains(t, err, "already written: UpdateUserPool")
	assert.Equal(t, []string{"UpdateUserPool"}, out.Written)
	assert.Equal(t, admin.Required, out.Resume.Mode)
	assert.Equal(t, admin.Optional, out.Undo.Mode)
	assert.Equal(t, listed(out.Before, out.After), out.Changes)
}
