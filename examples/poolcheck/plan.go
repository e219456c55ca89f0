package main

// What a check costs, on average, and the price of a monthly active user in US dollars: tier
// Essentials, beyond the first 10,000.
const (
	requestsPerCheck = 8
	usersPerCheck    = 1
	priceOfUser      = 0.015
)

// plan prints what the run will do.
func (o options) plan(all []check, run string, t *terminal) {
	count, pools := 0, map[string]bool{}
	for _, c := range all {
		if c.unfit == "" {
			count++
			pools[c.pool.name] = true
		}
	}
	t.printf("This run creates %d user pools named %s%s-…, tagged %s=%s, with about %d users,\n",
		len(pools), namePrefix, run, tagKey, run, usersPerCheck*count)
	t.printf("sends about %d requests, and deletes the pools at the end. It touches no other pool.\n",
		requestsPerCheck*count)
	if o.endpoint == "" {
		t.printf("Region: %s. Costs: none within the first 10,000 monthly active users of the account, else up to\n"+
			"%.2f US dollars. Deleted users count until the end of the month.\n",
			o.region, priceOfUser*float64(usersPerCheck*count))
	}
	if o.mailbox != "" {
		t.printf("It sends a few messages to %s and asks for the codes in them.\n", o.mailbox)
	} else {
		t.printf("No e-mail or text message is sent.\n")
	}
}
