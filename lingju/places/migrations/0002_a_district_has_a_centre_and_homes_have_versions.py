
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0001_places_stand'),
    ]

    operations = [
        migrations.AddField(
            model_name='building',
            name='version',
            field=models.PositiveIntegerField(default=1, verbose_name='版本'),
        ),
        migrations.AddField(
            model_name='compound',
            name='version',
            field=models.PositiveIntegerField(default=1, verbose_name='版本'),
        ),
        migrations.AddField(
            model_name='district',
            name='centre_lat',
            field=models.FloatField(blank=True, null=True, verbose_name='中心纬度'),
        ),
        migrations.AddField(
            model_name='district',
            name='centre_lon',
            field=models.FloatField(blank=True, null=True, verbose_name='中心经度'),
        ),
    ]
