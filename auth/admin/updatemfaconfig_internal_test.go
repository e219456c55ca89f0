package admin

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/stretchr/testify/assert"
)

// UpdateUserPool resets what a request leaves out. This fails when an upgrade of the AWS SDK adds a
// member that unchanged does not carry over.
func TestEveryMemberOfAPoolIsCarriedOver(t *testing.T) {
	t.Parallel()
	var pool types.UserPoolType
	described := reflect.ValueOf(&pool).Elem()
	for i := range described.NumField() {
		if described.Type().Field(i).IsExported() {
			described.Field(i).Set(something(described.Field(i).Type()))
		}
	}
	update := reflect.ValueOf(unchanged(&pool)).Elem()
	renamed := map[string]string{"UserPoolId": "Id", "PoolName": "Name"}
	for i := range update.NumField() {
		member := update.Type().Field(i)
		if !member.IsExported() {
			continue
		}
		name := member.Name
		if other, ok := renamed[name]; ok {
			name = other
		}
		value := described.FieldByName(name)
		if assert.True(t, value.IsValid(), "%s is missing in DescribeUserPool", name) {
			assert.Equal(t, value.Interface(), update.Field(i).Interface(), "%s is not carried over", name)
		}
	}
}

// something returns a value of the type that is not zero.
func something(of reflect.Type) reflect.Value {
	value := reflect.New(of).Elem()
	switch of.Kind() {
	case reflect.Pointer:
		value.Set(reflect.New(of.Elem()))
	case reflect.Slice:
		value.Set(reflect.MakeSlice(of, 1, 1))
	case reflect.Map:
		value.Set(reflect.MakeMap(of))
		value.SetMapIndex(reflect.ValueOf("team"), reflect.ValueOf("people"))
	case reflect.String:
		value.SetString("something")
	case reflect.Int32:
		value.SetInt(1)
	default:
		panic("a new kind of member: " + of.String())
	}
	return value
}

func TestSettingsThatCognitoRefusesAreLeftOut(t *testing.T) {
	t.Parallel()
	pool := types.UserPoolType{
		AdminCreateUserConfig: &types.AdminCreateUserConfigType{AllowAdminCreateUserOnly: true, UnusedAccountValidityDays: 7},
		UserPoolTags:          map[string]string{"aws:cloudformation:stack-id": "x", "team": "people"},
	}
	assert.EqualValues(t, 7, unchanged(&pool).AdminCreateUserConfig.UnusedAccountValidityDays, "the only place that says so")
	pool.Policies = &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{TemporaryPasswordValidityDays: 7}}
	request := unchanged(&pool)
	assert.Zero(t, request.AdminCreateUserConfig.UnusedAccountValidityDays)
	assert.True(t, request.AdminCreateUserConfig.AllowAdminCreateUserOnly)
	assert.Equal(t, map[string]string{"team": "people"}, request.UserPoolTags)
	assert.EqualValues(t, 7, pool.AdminCreateUserConfig.UnusedAccountValidityDays, "the description is left alone")
	assert.Len(t, pool.UserPoolTags, 2)
}
