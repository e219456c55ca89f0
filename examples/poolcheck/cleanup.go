package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// cleanupTime is how long the clean-up may take after an interrupt.
const cleanupTime = 2 * time.Minute

// leave deletes all pools of the run, also when ctx is done. It returns an error if one may be
// left.
func (o *ownPools) leave(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	o.mu.Lock()
	owned, lost := o.owned, o.lost
	o.mu.Unlock()
	var failed []error
	for _, id := range owned {
		failed = append(failed, remove(ctx, o.api, id))
	}
	if !lost {
		return errors.Join(failed...)
	}
	left, err := leftovers(ctx, o.api, o.run)
	failed = append(failed, err)
	for _, l := range left {
		failed = append(failed, remove(ctx, o.api, l.id))
	}
	return errors.Join(failed...)
}

// remove deletes a pool. One that is gone already is fine.
func remove(ctx context.Context, a *api, id string) error {
	got, err := a.call(ctx, "DeleteUserPool", body{"UserPoolId": id})
	if err == nil && got.code() != "" && got.code() != "ResourceNotFoundException" {
		return &refusal{answer: got}
	}
	return err
}

// leftover is a pool that a run left behind.
type leftover struct {
	id, name string
	created  time.Time
}

// leftovers finds the pools of a run, or of all runs if run is empty: those with the tag.
func leftovers(ctx context.Context, a *api, run string) ([]leftover, error) {
	var found []leftover
	page := body{"MaxResults": 60}
	for {
		listed, err := a.must(ctx, "ListUserPools", page)
		if err != nil {
			return found, err
		}
		pools, _ := listed.members["UserPools"].([]any)
		for _, item := range pools {
			shown, _ := item.(map[string]any)
			l := leftover{id: text(shown["Id"]), name: text(shown["Name"])}
			if seconds, ok := shown["CreationDate"].(float64); ok {
				l.created = time.Unix(int64(seconds), 0)
			}
			ours, err := isOurs(ctx, a, l, run)
			if err != nil {
				return found, err
			}
			if ours {
				found = append(found, l)
			}
		}
		next := text(listed.members["NextToken"])
		if next == "" {
			return found, nil
		}
		page["NextToken"] = next
	}
}

// isOurs reports whether a pool has the tag of the run. The name only saves a request for each pool
// of somebody else.
func isOurs(ctx context.Context, a *api, l leftover, run string) (bool, error) {
	if !strings.HasPrefix(l.name, namePrefix+run) {
		return false, nil
	}
	described, err := a.must(ctx, "DescribeUserPool", body{"UserPoolId": l.id})
	var gone *refusal
	if errors.As(err, &gone) && gone.answer.code() == "ResourceNotFoundException" {
		return false, nil // deleted meanwhile
	}
	if err != nil {
		return false, fmt.Errorf("%s: %w", l.name, err)
	}
	tags, _ := described.object("UserPool")["UserPoolTags"].(map[string]any)
	tag := text(tags[tagKey])
	return tag != "" && (run == "" || tag == run), nil
}
