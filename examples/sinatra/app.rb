require 'bcrypt'
require 'erubi'
require 'sinatra'
require_relative 'waybill'

set :port, ENV.fetch('PORT', 8000)
set :erb, escape_html: true
set :sessions, same_site: :lax
set :session_secret, ENV.fetch('SESSION_SECRET')
set :show_exceptions, :after_handler
use Rack::Protection::AuthenticityToken

# In place of your database. A form can be submitted twice, so the upload's id is the photo's.
PHOTOS = {}

USERS = {
  'ada' => '$2a$12$UDxl5u9FgMqWdZhPIKHKaOGHyFVLHy226ApMv.l2EQzxiD5ynM3tq',
  'eve' => '$2a$12$Fur9dXcM4oP6/4VnB2BxOuGTu13fre25azgtBuBsZuEcFPuFumCSm'
}.freeze

helpers do
  def csrf_token = Rack::Protection::AuthenticityToken.token(session)

  def photo
    PHOTOS[params['id']]&.then { _1 if _1[:user] == @user } || halt(404)
  end
end

before do
  @user = session[:user]
  redirect to('/login') unless @user || request.path_info == '/login'
end

get('/login') { erb :login }

post '/login' do
  known = USERS[params['name']]
  halt erb(:login) unless known && BCrypt::Password.new(known) == params['password'].to_s
  session.clear
  session[:user] = params['name']
  redirect to('/')
end

get '/upload-token' do
  content_type :json
  cache_control :no_store
  { token: upload_token(@user) }.to_json
end

get('/') { erb :upload }

post '/' do
  receipt = call_signer(@user, 'claim', receipt: params['photo'])
  @rejected = !receipt['id']
  halt erb(:upload) if @rejected
  PHOTOS[receipt['id']] ||= { user: @user, name: receipt['name'], key: receipt['key'] }
  redirect to("/photos/#{receipt['id']}")
end

# The signer or S3 does not respond.
error SystemCallError, Timeout::Error, Net::ProtocolError do
  halt 503, 'This did not work. Please go back and try again.'
end

get('/photos/:id') { erb :photo }

get('/photos/:id/file') { redirect call_signer(@user, 'link', key: photo[:key])['url'] }
