package authtest

import (
	"maps"
)

type tagTarget struct {
	ResourceArn string `wire:"ResourceArn,Arn,required"`
}

type tagResourceInput struct {
	tagTarget
	Tags map[string]string `wire:"Tags,,required"`
}

type untagResourceInput struct {
	tagTarget
	TagKeys []string `wire:"TagKeys,TagKey,required"`
}

type listTagsInput struct {
	tagTarget
}

type listTagsOutput struct {
	Tags map[string]string
}

// tagResource adds tags, or changes their values. They are the UserPoolTags of the pool.
func (o *poolAdmin) tagResource(in tagResourceInput) (any, error) {
	if err := o.checkARN(in.tagTarget); err != nil {
		return nil, err
	}
	tags := o.tags()
	maps.Copy(tags, in.Tags)
	if len(tags) > mostTags {
		return nil, refuse(codeInvalidParameter, "A user pool has at most %d tags.", mostTags)
	}
	o.settings.shown.UserPoolTags = tags
	return struct{}{}, nil
}

// mostTags is how many tags a resource of AWS has at most.
const mostTags = 50

func (o *poolAdmin) untagResource(in untagResourceInput) (any, error) {
	if err := o.checkARN(in.tagTarget); err != nil {
		return nil, err
	}
	tags := o.tags()
	for _, key := range in.TagKeys {
		delete(tags, key)
	}
	o.settings.shown.UserPoolTags = tags
	return struct{}{}, nil
}

func (o *poolAdmin) listTagsForResource(in listTagsInput) (any, error) {
	if err := o.checkARN(in.tagTarget); err != nil {
		return nil, err
	}
	return listTagsOutput{o.tags()}, nil
}

// tags returns a copy of the pool's tags.
func (o *poolAdmin) tags() map[string]string {
	tags := map[string]string{}
	maps.Copy(tags, o.settings.shown.UserPoolTags)
	return tags
}

// checkARN refuses the name of another pool.
func (o *poolAdmin) checkARN(target tagTarget) error {
	if target.ResourceArn != o.identity.arn() {
		return refuse(codeResourceNotFound, "Resource not found.")
	}
	return nil
}
