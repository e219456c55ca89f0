package auth

import (
	"context"
	"errors"
)

// load, save and remove are the calls of the Store. Their errors have the code [ErrStore], except
// those of a context that its caller ended, what a Load says about the record, and the refusal of
// one that is Refusable.

func (c *Client) load(ctx context.Context, key string) (Record, error) {
	load := c.store.Load
	if m, ok := c.store.(*MemoryStore); ok {
		load = m.view // nothing here changes a record's data
	}
	record, err := load(ctx, key)
	if errors.Is(err, ErrRecordNotFound) || errors.Is(err, ErrRecordUnreadable) {
		return record, err
	}
	return record, storeError(ctx, err)
}

func (c *Client) save(ctx context.Context, key string, r Record) (Record, error) {
	saved, err := c.store.Save(ctx, key, r)
	if r.Refusable && errors.Is(err, ErrRecordTooLarge) {
		refused := fail(ErrInvalidParameter, "the Store has no room for so much data in slots")
		refused.Err = err
		return Record{}, refused
	}
	return saved, storeError(ctx, err)
}

func (c *Client) remove(ctx context.Context, key string, r Record) error {
	return storeError(ctx, c.store.Delete(ctx, key, r))
}

// storeError returns a failure of the Store with its code. To use up the time that this package
// allows is one as well.
func storeError(ctx context.Context, err error) error {
	left := ctx.Err() != nil && !errors.Is(context.Cause(ctx), errTimeUp)
	if err == nil || left || storeFailed(err) {
		return err
	}
	failed := fail(ErrStore, "the Store failed")
	if errors.Is(err, ErrRecordConflict) {
		failed.Message = "others keep changing the record"
	}
	failed.Err = err
	return failed
}

// storeFailed reports whether err is a failure of the Store.
func storeFailed(err error) bool { return errors.Is(err, ErrStore) }
