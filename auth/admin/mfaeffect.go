package admin

import (
	"context"
	"iter"
)

// MFAEffect is what a change of the pool's factors means for one user.
type MFAEffect struct {
	User          UserFactors // without RememberedDevices
	Before, After NextSignIn  // what the next sign-in asks for without the change, and with it
}

// LockedOut reports whether the change keeps the user from signing in.
func (e MFAEffect) LockedOut() bool {
	return e.After.Prompt == PromptRefused && e.Before.Prompt != PromptRefused
}

// MFAEffects iterates over all users of the pool and says what [Client.UpdateMFAConfig] with this
// input would mean for each. It changes nothing, and ignores DryRun and Expect. It makes a request
// for each user, so a large pool takes a while; the loop can show its progress, and can end it. An
// error ends the iteration:
//
//	var report admin.MFAReport
//	for effect, err := range client.MFAEffects(ctx, in) {
//		if err != nil { … }
//		report.Add(effect)
//	}
//
// Errors are those of [Client.UpdateMFAConfig] in a dry run without Expect, and of [Client.Users].
//
// Cognito: GetUserPoolMfaConfig, DescribeUserPool, ListUsers, AdminGetUser.
func (c *Client) MFAEffects(ctx context.Context, in UpdateMFAConfigInput) iter.Seq2[MFAEffect, error] {
	return func(yield func(MFAEffect, error) bool) {
		const op = "MFAEffects"
		if err := in.check(op); err != nil {
			yield(MFAEffect{}, err)
			return
		}
		found, err := c.setup(ctx, op)
		if err != nil {
			yield(MFAEffect{}, err)
			return
		}
		now := found.config()
		wanted := in.applied(now)
		if err := refusal(op, in, wanted, found); err != nil {
			yield(MFAEffect{}, err)
			return
		}
		for user, err := range c.listed(ctx, op, "") {
			if err != nil {
				yield(MFAEffect{}, err)
				return
			}
			effect := MFAEffect{
				User: user, Before: user.nextSignIn(now, found.pool), After: user.nextSignIn(wanted, found.pool),
			}
			if !yield(effect, nil) {
				return
			}
		}
	}
}

// MFAReport counts the effects of a change. The zero MFAReport is empty.
type MFAReport struct {
	Users      int // all of the below, and those whom the change does not affect
	Federated  int // Cognito asks nothing of them
	Disabled   int // cannot sign in before the change, nor after it
	NoFactor   int // have switched no factor on
	NoAddress  int // have neither a phone number nor an e-mail address
	Unverified int // may be sent a code to an address that nobody has verified
	SetUp      int // have to set up a factor at their next sign-in
	LockedOut  int // could sign in before the change, and cannot after it
}

// Add counts one effect.
func (r *MFAReport) Add(e MFAEffect) {
	r.Users++
	if e.After.Prompt == PromptIdentityProvider {
		r.Federated++
		return
	}
	for _, count := range []struct {
		is bool
		of *int
	}{
		{!e.User.Enabled, &r.Disabled},
		{len(e.User.Factors) == 0, &r.NoFactor},
		{e.User.Phone.Address == "" && e.User.Email.Address == "", &r.NoAddress},
		{e.After.Unverified, &r.Unverified},
		{e.After.Prompt == PromptSetUp, &r.SetUp},
		{e.LockedOut(), &r.LockedOut},
	} {
		if count.is {
			*count.of++
		}
	}
}
